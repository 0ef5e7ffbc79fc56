# SPDX-License-Identifier: MIT
"""Contactless cards that are pulled, silent or malformed at every exchange: an outcome with its reason, and bounded."""

import asyncio
import os
import random

import pytest
from chip_rig import BROKEN, TODAY, Issuer, Silent
from tap_rig import ABOVE, BELOW, OFFLINE, Payment, side

from boards.sim.chips.emv import contactless_cards
from boards.sim.chips.emv.contactless_cards import PERSONALITIES
from boards.sim.chips.emv.hostile import ENDLESS, ONCE, Hostile
from boards.sim.chips.emv.presented import Altered, Chained, Recorded, Torn
from pos.cards import contactless, fdda, outcome, terminal
from pos.cards.data_set import DataSet
from pos.cards.de55 import request
from pos.cards.tlv import build

NAMES = ("tap-credit", "tap-debit", "tap-visa", "tap-phone", "tap-mchip", "tap-mchip-phone")
RESULTS = {outcome.APPROVED, outcome.DECLINED, outcome.ONLINE, outcome.OTHER_WAY, outcome.ENDED}
REASONS = BROKEN | {"card", "cardholder", "not genuine", "expired", "see phone"}
MOST_TAPS, MOST_COMMANDS = 4, 250
SEEDS = 40 if "SUANPAN_LONG" in os.environ else 2
OFFLINE_SIDE = side(OFFLINE)


def exchanges_of(name, terminal_side):
    """How many commands the first tap takes."""
    card = Recorded(contactless_cards.card(name))
    Payment(card, card.card, terminal_side=terminal_side)
    return len(card.exchanges)


def judge(payment, name):
    found = payment.outcome
    assert found.result in RESULTS and len(payment.reader.commands) <= MOST_COMMANDS
    assert (found.reason in REASONS) == (found.result not in (outcome.APPROVED, outcome.ONLINE)), found
    if found.result == outcome.APPROVED:
        assert payment.data.get(0x9F4C) is not None, "an approval without a signature that was checked"
    if found.result == outcome.ONLINE:
        request(payment.data)  # whatever the card said, field 55 can be built
    text = repr(found) + repr(payment.shown)
    assert PERSONALITIES[name].pan not in text and PERSONALITIES[name].pan[6:] not in text


@pytest.mark.fault("F31")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("terminal_side", [side(), OFFLINE_SIDE], ids=["online", "offline"])
def test_a_card_pulled_between_any_two_exchanges_is_asked_for_again(name, terminal_side):
    for at in range(1, exchanges_of(name, terminal_side) + 1):
        card = contactless_cards.card(name)
        payment = Payment(Torn(card, at), *[card] * 3, terminal_side=terminal_side)
        assert outcome.PRESENT_AGAIN in payment.shown
        assert payment.outcome.result in (outcome.ONLINE, outcome.APPROVED)
        assert payment.verified_by(name)


@pytest.mark.fault("F31")
@pytest.mark.parametrize("name", ["tap-credit", "tap-mchip"])
def test_a_card_that_is_pulled_each_time_is_not_asked_for_without_end(name):
    for at in range(1, exchanges_of(name, OFFLINE_SIDE) + 1):
        card = contactless_cards.card(name)
        taps = [Torn(card, at) for _ in range(MOST_TAPS)]
        payment = Payment(*taps, terminal_side=OFFLINE_SIDE)
        assert payment.outcome == outcome.other_way("removed")
        assert len(payment.reader.commands) == at * MOST_TAPS


@pytest.mark.fault("F32")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("twist", ONCE)
def test_one_answer_is_not_as_it_should_be(name, twist):
    for terminal_side in (side(), OFFLINE_SIDE):
        for at in range(1, exchanges_of(name, terminal_side) + 1):
            for seed in range(SEEDS):
                card = contactless_cards.card(name)
                tapped = Hostile(card, ONCE[twist], at, seed)
                judge(Payment(tapped, *[card] * 3, terminal_side=terminal_side, amount=BELOW), name)


@pytest.mark.fault("F32")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("twist", ENDLESS)
def test_no_answer_is_as_it_should_be_any_more(name, twist):
    for at in range(1, exchanges_of(name, OFFLINE_SIDE) + 1):
        for seed in range(SEEDS):
            taps = [
                Hostile(contactless_cards.card(name), ENDLESS[twist], at, seed, on=True)
                for _ in range(MOST_TAPS)
            ]
            payment = Payment(*taps, terminal_side=OFFLINE_SIDE, amount=ABOVE)
            judge(payment, name)
            assert payment.outcome.result != outcome.APPROVED or twist == "status"


@pytest.mark.fault("F32")
@pytest.mark.parametrize("name", NAMES)
def test_answers_in_parts_by_61xx_and_6cxx(name):
    for terminal_side in (side(), OFFLINE_SIDE):
        card = contactless_cards.card(name)
        payment = Payment(*[Chained(card)] * 2, terminal_side=terminal_side)
        assert payment.outcome.result in (outcome.ONLINE, outcome.APPROVED) and payment.verified_by(name)


@pytest.mark.fault("F32")
@pytest.mark.parametrize("name", ["tap-credit", "tap-mchip"])
def test_a_card_that_falls_silent_is_to_be_presented_again(name):
    for at in range(1, exchanges_of(name, OFFLINE_SIDE) + 1):
        data, shown = DataSet(), []
        terminal.begin(data, OFFLINE_SIDE, BELOW, "0156", TODAY, "101112", 7)
        card = Silent(contactless_cards.card(name), at)
        found = asyncio.run(contactless.transact(card, data, OFFLINE_SIDE, shown.append, OFFLINE))
        assert found == outcome.tap_again("silent", outcome.PRESENT_AGAIN)


@pytest.mark.fault("F32")
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("tap-credit", "9F270140", "9F270180"),  # the kind of cryptogram
        ("tap-credit", "9F6C022800", "9F6C022880"),  # verified on the device
        ("tap-credit", "6250947000000014D3", "6250947000000022D3"),  # another account in track 2
        ("tap-offline-decline", "9F270100", "9F270140"),
        ("tap-mchip", "9F270140", "9F270180"),
        ("tap-mchip", "9F360200", "9F360201"),
    ],
)
def test_what_somebody_between_card_and_reader_changes_is_never_an_offline_approval(name, old, new):
    changed = Altered(contactless_cards.card(name), bytes.fromhex(old), bytes.fromhex(new))
    payment = Payment(changed, terminal_side=OFFLINE_SIDE)
    assert payment.outcome.result != outcome.APPROVED


@pytest.mark.fault("F32")
def test_an_approval_of_another_amount_is_worth_nothing():
    recorded = contactless_cards.card("tap-credit")
    payment = Payment(recorded, terminal_side=OFFLINE_SIDE)
    assert payment.outcome.result == outcome.APPROVED
    data = payment.data
    data.put(0x9F02, bytes.fromhex("000000099999"))
    assert not Issuer(PERSONALITIES["tap-credit"]).verifies(data)
    assert not fdda.genuine(data, OFFLINE_SIDE.ca_key)


class Noisy:
    """A directory with `body` where its entries should be."""

    answer_ms = 0

    def __init__(self, body):
        inside = build((0x84, b"2PAY.SYS.DDF01"), (0xA5, build((0xBF0C, body))))
        self._answer = build((0x6F, inside)) + b"\x90\x00"

    def reset(self):
        pass

    def respond(self, command):
        return self._answer


@pytest.mark.fault("F32")
def test_random_directories_end_with_an_outcome():
    dice = random.Random(5)
    for _ in range(300):
        found = Payment(Noisy(dice.randbytes(dice.randrange(200)))).outcome
        assert found.result == outcome.ENDED and found.reason in ("malformed", "unsupported")
