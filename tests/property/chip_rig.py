# SPDX-License-Identifier: MIT
"""A terminal, a cardholder and an issuer around a virtual card; the issuer's cryptography is pyemv's, not ours."""

import asyncio
import random

from pyemv import ac, kd, sm

from boards.sim.chips.emv import authority, cryptograms
from boards.sim.chips.emv.card import Gone
from boards.sim.chips.emv.personality import Personality
from pos.cards import contact, terminal, tlv
from pos.cards.ca_keys import checked
from pos.cards.completion import HostAnswer
from pos.cards.data_set import DataSet
from pos.cards.errors import CardRemoved
from standard_rows import Held, standard

TODAY = "251122"
# Why a card cannot go on, whatever its kernel.
BROKEN = {"removed", "silent", "malformed", "endless", "blocked", "unsupported", "refused", "missing data"}


class InReader:
    """A virtual card as the kernel sees it; counts the commands."""

    waiting_time_ms = 1000

    def __init__(self, card):
        self.card, self.commands = card, []
        card.reset()

    async def transmit(self, command):
        self.commands.append(bytes(command))
        if self.card.answer_ms:
            await asyncio.sleep(0)
        try:
            return self.card.respond(bytes(command))
        except Gone:
            raise CardRemoved() from None


class Silent(InReader):
    """Says nothing from one command on."""

    waiting_time_ms = -480  # with what the kernel adds for the reader: 20 ms, so that a test is short

    def __init__(self, card, at):
        super().__init__(card)
        self._at = at

    async def transmit(self, command):
        if len(self.commands) + 1 >= self._at:
            await asyncio.Event().wait()
        return await super().transmit(command)


class Issuer:
    """Checks a request for authorisation as an issuer does, from its own data of the card."""

    def __init__(self, personality: Personality):
        self.personality = personality
        self.ac_master = self._derived(cryptograms.ISSUER_AC)
        self.smi_master = self._derived(cryptograms.ISSUER_SMI)
        self.arqc = self.atc = b""

    def _derived(self, key):
        return kd.derive_icc_mk_a(key, self.personality.pan, self.personality.sequence)

    def _session_key(self):
        return kd.derive_common_sk(self.ac_master, self.atc + bytes(6))

    def verifies(self, data):
        """Is the application cryptogram in the terminal's data this card's own?"""
        self.atc = data.get(0x9F36)
        tags = (0x9F02, 0x9F03, 0x9F1A, 0x95, 0x5F2A, 0x9A, 0x9C, 0x9F37, 0x82, 0x9F36, 0x9F10)
        signed = b"".join(data.get(tag) for tag in tags)
        return ac.generate_ac(self._session_key(), signed, ac.PaddingType.EMV) == data.get(0x9F26)

    def issuer_data(self, code):
        """Tag 91."""
        if self.personality.arpc_method == 1:
            return ac.generate_arpc_1(self._session_key(), self.arqc, code.encode()) + code.encode()
        update = bytes.fromhex("00820000")
        return ac.generate_arpc_2(self._session_key(), self.arqc, update) + update

    def command(self, head, data=b""):
        """A script command with its MAC."""
        header = head + bytes((len(data) + 8,))
        key = kd.derive_common_sk(self.smi_master, self.arqc)
        return header + data + sm.generate_command_mac(key, header + self.atc + self.arqc + data)


class Desk:
    """Cardholder and host. `code` None: the host cannot be reached."""

    def __init__(self, personality, code="00", pins=("1234",), choice=0, scripts=None, spoiled=False):
        self.issuer = Issuer(personality)
        self.code, self.pins, self.choice = code, list(pins), choice
        self.scripts, self.spoiled = scripts, spoiled
        self.asked, self.given, self.labels = 0, [], []

    async def choose(self, labels):
        self.labels.append(labels)
        return self.choice

    async def card_known(self):
        pass

    async def online_pin(self):
        return bool(self.pins and self.pins.pop(0))

    async def offline_pin(self, tries):
        pin = self.pins.pop(0) if self.pins else None
        if pin is None:
            return None
        self.given.append(bytearray(pin.encode()))
        return self.given[-1]

    async def authorise(self, data):
        self.asked += 1
        assert self.issuer.verifies(data), "the ARQC does not verify"
        self.issuer.arqc = data.get(0x9F26)
        if self.code is None:
            return None
        issuer_data = self.issuer.issuer_data(self.code)
        if self.spoiled:
            issuer_data = bytes((issuer_data[0] ^ 1,)) + issuer_data[1:]
        scripts = self.scripts(self.issuer) if self.scripts else b""
        return HostAnswer(self.code == "00", self.code, issuer_data, scripts)


def script(tag, *commands, identifier=b"\0\0\0\1"):
    return tlv.build((tag, tlv.build((0x9F18, identifier), *((0x86, command) for command in commands))))


def ca_key(rid, index):
    found = checked(authority.ca_row(rid), "20251122")
    return found if index == authority.CA_INDEX else None


def terminal_for(seed=1, applications=None, **changes):
    dice = random.Random(seed)
    made = terminal.standard(Held(applications or standard("contact")), ca_key, dice.randbytes)
    return made._replace(**changes)


def applications(**changes):
    return tuple(row._replace(**changes) for row in standard("contact"))


async def sale(card, desk, terminal_side=None, amount=12300, **more):
    """(Outcome, data) of one sale with a card in any reader."""
    side, data = terminal_side or terminal_for(), DataSet()
    words = {"currency": "0156", "date": TODAY, "time": "101112", "trace": 7, **more}
    terminal.begin(data, side, amount, **words)
    return await contact.run(card, data, side, desk), data


def pay(card, desk, terminal_side=None, amount=12300, **more):
    """(Outcome, data, reader) of one sale."""
    reader = InReader(card)
    outcome, data = asyncio.run(sale(reader, desk, terminal_side, amount, **more))
    return outcome, data, reader
