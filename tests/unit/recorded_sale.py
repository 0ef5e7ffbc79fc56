# SPDX-License-Identifier: MIT
"""Sales recorded with virtual chip cards (tests/property/chip_recording.py), replayed strictly."""

from binascii import unhexlify

from card_script import ScriptedCard
from pos.cards import terminal
from pos.cards.completion import HostAnswer
from pos.cards.data_set import DataSet
from recordings import ca_key_of, fixed, recording_of
from standard_rows import Held, standard


def sale(name):
    return recording_of(name, "tests/unit/chip_exchanges.jsonl")


class Desk:
    """Cardholder and host as they were recorded."""

    def __init__(self, recording):
        self.issuer_data = unhexlify(recording["issuer_data"])
        self.pins = []

    async def choose(self, labels):
        return 0

    async def card_known(self):
        pass

    async def online_pin(self):
        return True

    async def offline_pin(self, tries):
        self.pins.append(bytearray(b"1234"))
        return self.pins[-1]

    async def authorise(self, data):
        return HostAnswer(True, "00", self.issuer_data, b"")


def given(recording, exchanges=None):
    """(card, data, terminal, desk) as they were when it was recorded."""
    side = terminal.standard(Held(standard("contact")), ca_key_of(recording), fixed)
    data = DataSet()
    terminal.begin(data, side, 12300, "0156", "251122", "101112", 7)
    return ScriptedCard(exchanges or recording["exchanges"]), data, side, Desk(recording)
