# SPDX-License-Identifier: MIT
"""Cards that are pulled, silent, malformed or endless, at every exchange: an outcome with its reason, and bounded."""

import asyncio
import os
from dataclasses import replace

import pytest
from chip_rig import BROKEN, Desk, Silent, applications, pay, terminal_for

from boards.sim.chips.emv import cards
from boards.sim.chips.emv.cards import PERSONALITIES
from boards.sim.chips.emv.hostile import ENDLESS, ONCE, Hostile
from boards.sim.chips.emv.presented import Altered, Torn
from pos.cards import contact, terminal
from pos.cards.completion import HostAnswer
from pos.cards.data_set import DataSet

NAMES = ("chip-credit", "chip-debit", "chip-pin", "chip-plain-pin", "chip-two")
RESULTS = {contact.APPROVED, contact.DECLINED, contact.RETRY, contact.OTHER_WAY, contact.CANCELLED}
REASONS = BROKEN | {"card", "host", "cancelled"}
MOST_COMMANDS = 200
SEEDS = 40 if "SUANPAN_LONG" in os.environ else 2


class Wary(Desk):
    """A host that approves only what verifies, as a host does."""

    def __init__(self, personality):
        super().__init__(personality, pins=("1234",) * 20)
        self.approved = False

    async def authorise(self, data):
        self.asked += 1
        self.approved = bool(data.get(0x9F36)) and self.issuer.verifies(data)
        self.issuer.arqc = data.get(0x9F26)
        code = "00" if self.approved else "05"
        return HostAnswer(self.approved, code, self.issuer.issuer_data(code), b"")


def exchanges_of(name):
    """How many commands a sale takes."""
    _, _, reader = pay(cards.card(name), Desk(PERSONALITIES[name]))
    return len(reader.commands)


def judge(outcome, desk, reader):
    assert outcome.result in RESULTS and len(reader.commands) <= MOST_COMMANDS
    assert (outcome.reason in REASONS) == (outcome.result != contact.APPROVED), outcome
    assert outcome.online == bool(desk.asked)
    assert outcome.reverse == (desk.approved and outcome.result != contact.APPROVED), (
        "a held sum, or a reversal of none"
    )
    assert not (desk.asked and not desk.approved and outcome.result == contact.APPROVED), "the host said no"
    assert all(not any(pin) for pin in desk.given), "a PIN is left"


@pytest.mark.fault("F31")
@pytest.mark.parametrize("name", NAMES)
def test_a_card_pulled_between_any_two_exchanges(name):
    for at in range(1, exchanges_of(name) + 1):
        desk = Wary(PERSONALITIES[name])
        outcome, _, reader = pay(Torn(cards.card(name), at), desk)
        judge(outcome, desk, reader)
        assert outcome.reason == "removed" and len(reader.commands) == at
        assert outcome.result == (contact.DECLINED if desk.asked else contact.RETRY)


def twisted(name, twist, on=False):
    """Outcomes, all of which hold, of a card whose answers are twisted at one place, or from there `on`."""
    for at in range(1, exchanges_of(name) + 1):
        for seed in range(SEEDS):
            desk = Wary(PERSONALITIES[name])
            outcome, _, reader = pay(Hostile(cards.card(name), twist, at, seed, on=on), desk)
            judge(outcome, desk, reader)
            yield outcome


@pytest.mark.fault("F32")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("twist", ONCE)
def test_one_answer_is_not_as_it_should_be(name, twist):
    assert len(list(twisted(name, ONCE[twist]))) == SEEDS * exchanges_of(name)


@pytest.mark.fault("F32")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("twist", ENDLESS)
def test_no_answer_is_as_it_should_be_any_more(name, twist):
    for outcome in twisted(name, ENDLESS[twist], on=True):
        assert outcome.result != contact.APPROVED or twist == "status"


@pytest.mark.fault("F32")
@pytest.mark.parametrize("name", ["chip-credit", "chip-plain-pin"])
def test_a_card_that_falls_silent(name):
    for at in range(1, exchanges_of(name) + 1):
        desk, side, data = Wary(PERSONALITIES[name]), terminal_for(), DataSet()
        reader = Silent(cards.card(name), at)
        terminal.begin(data, side, 12300, "0156", "251122", "101112", 7)
        outcome = asyncio.run(contact.run(reader, data, side, desk))
        judge(outcome, desk, reader)
        assert outcome.reason == "silent"


@pytest.mark.fault("F32")
@pytest.mark.parametrize(
    ("tag", "value", "bits"),
    [
        (0x8F, b"\x01", 0x04),  # a key of the authority that the terminal does not have
        (0x8F, None, 0x24),
        (0x90, None, 0x24),
        (0x9F46, None, 0x24),
        (0x9F46, bytes(112), 0x04),
        (0x9F32, b"\x05", 0x04),
        (0x92, b"", 0x04),
    ],
)
def test_a_card_without_what_authentication_needs(tag, value, bits):
    personality = replace(PERSONALITIES["chip-credit"], changes=((tag, value),))
    outcome, data, reader = pay(cards.VirtualCard(personality), Wary(personality))
    assert data.tvr[0] == bits and data.tsi[0] & 0x80
    assert outcome.result == contact.APPROVED and outcome.online, "the host may still say yes"
    assert not any(command[1] == 0xAE and command[2] & 0x10 for command in reader.commands), (
        "no signature is asked for"
    )


@pytest.mark.fault("F32")
@pytest.mark.parametrize(
    ("name", "old", "new", "bits"),
    [
        ("chip-credit", "5F2403351228", "5F2403491228", 0x04),
        ("chip-credit", "9F4A0182", "9F4A0184", 0x04),
        ("chip-debit", "5F2403351228", "5F2403491228", 0x08),
        ("chip-plain-pin", "5F2403351228", "5F2403491228", 0x42),
    ],
)
def test_data_that_were_changed_behind_the_issuers_back(name, old, new, bits):
    changed = Altered(cards.card(name), bytes.fromhex(old), bytes.fromhex(new))
    _, data, _ = pay(changed, Wary(PERSONALITIES[name]))
    assert data.tvr[0] == bits and data.tsi[0] & 0x80


OFFLINE = applications(floor_limit=100000, tac_online=bytes(5), tac_default=bytes(5))


@pytest.mark.fault("F32")
@pytest.mark.parametrize(
    ("name", "old", "new", "side"),
    [
        (
            "chip-offline-decline",
            "9F270100",
            "9F270140",
            terminal_for(applications=OFFLINE),
        ),  # its no becomes a yes
        (
            "chip-credit",
            "9F360200",
            "9F360201",
            terminal_for(applications=OFFLINE),
        ),  # offline approval of another sale
        ("chip-script", "9F360200", "9F360201", terminal_for()),  # the same with a request for the host
    ],
)
def test_a_cryptogram_that_was_changed_on_its_way_is_declined_without_the_host(name, old, new, side):
    desk = Wary(PERSONALITIES[name])
    changed = Altered(cards.card(name), bytes.fromhex(old), bytes.fromhex(new))
    outcome, data, _ = pay(changed, desk, side)
    assert (outcome.result, outcome.reason, outcome.online, desk.asked) == (
        contact.DECLINED,
        "card",
        False,
        0,
    )
    assert data.tvr[0] & 0x04
