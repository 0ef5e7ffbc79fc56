# SPDX-License-Identifier: MIT
"""Cards that are only read, for a refund: an AAC refuses nothing, nobody is asked for anything, bad answers end it."""

import pytest
from chip_rig import BROKEN, Desk, Issuer, pay
from tap_rig import ABOVE, Payment, rows, side

from boards.sim.chips.emv import cards, contactless_cards
from boards.sim.chips.emv.hostile import ENDLESS, ONCE, Hostile
from boards.sim.chips.emv.presented import Recorded, Torn
from pos.cards import contact, outcome
from pos.cards.terminal import REFUND

CHIPS = ("chip-credit", "chip-debit", "chip-pin", "chip-plain-pin", "chip-expired", "chip-offline-decline")
TAPS = (
    "tap-credit",
    "tap-debit",
    "tap-visa",
    "tap-phone",
    "tap-mchip",
    "tap-mchip-phone",
    "tap-offline-decline",
)
READ = contact.Outcome(contact.APPROVED, "", False, False, False)
TAPPED = outcome.approved(outcome.NO_CVM)
MOST_COMMANDS, MOST_TAPS = 200, 4


def read(card, name):
    """(Outcome, data, reader) of a refund; neither host nor cardholder are asked for anything."""
    desk = Desk(cards.PERSONALITIES[name], code=None)
    found = pay(card, desk, kind=REFUND)
    assert not desk.asked and not desk.given
    assert len(found[2].commands) <= MOST_COMMANDS
    return found


@pytest.mark.parametrize("name", CHIPS)
def test_a_chip_is_read_and_gives_one_aac(name):
    found, data, reader = read(cards.card(name), name)
    assert found == READ and data.get(0x9F27)[0] & 0xC0 == 0
    assert [command[2] for command in reader.commands if command[1] == 0xAE] == [0], (
        "asked for an AAC, without CDA"
    )
    assert not [command for command in reader.commands if command[1] in (0x20, 0x88)], (
        "no PIN, no authentication"
    )
    assert data.tvr == b"\x80\0\0\0\0" and Issuer(cards.PERSONALITIES[name]).verifies(data)


@pytest.mark.parametrize("name", ["chip-locked", "chip-application-blocked", "chip-unusable"])
def test_a_card_that_does_not_let_itself_be_read(name):
    found, _, _ = read(cards.card(name), name)
    assert found.result == contact.DECLINED and found.reason in ("blocked", "refused")


@pytest.mark.parametrize("name", TAPS)
@pytest.mark.parametrize("rows_of_terminal", [rows(), rows(floor_limit=10**6)], ids=["online", "offline"])
def test_a_tapped_card_is_read_and_spends_nothing_offline(name, rows_of_terminal):
    payment = Payment(name, amount=ABOVE, terminal_side=side(rows_of_terminal), kind=REFUND)
    assert payment.outcome == TAPPED and payment.read and outcome.SEE_PHONE not in payment.shown
    assert payment.data.get(0x9F27)[0] & 0xC0 != 0x40, "a TC"
    assert payment.verified_by(name)


@pytest.mark.fault("F31")
@pytest.mark.parametrize("name", CHIPS)
def test_a_chip_pulled_between_any_two_exchanges_is_asked_for_again(name):
    _, _, whole = read(cards.card(name), name)
    for at in range(1, len(whole.commands) + 1):
        found, _, _ = read(Torn(cards.card(name), at), name)
        assert (found.result, found.reason) == (contact.RETRY, "removed"), at


@pytest.mark.fault("F31")
@pytest.mark.parametrize("name", TAPS)
def test_a_card_pulled_from_the_field_is_tapped_again(name):
    whole = Recorded(contactless_cards.card(name))
    Payment(whole, kind=REFUND)
    for at in range(1, len(whole.exchanges) + 1):
        card = contactless_cards.card(name)
        assert Payment(Torn(card, at), card, kind=REFUND).outcome == TAPPED, at


@pytest.mark.fault("F32")
@pytest.mark.parametrize("name", ["chip-credit", "chip-plain-pin"])
@pytest.mark.parametrize("twist", {**ONCE, **ENDLESS})
def test_answers_of_a_chip_that_are_not_as_they_should_be(name, twist):
    _, _, whole = read(cards.card(name), name)
    for at in range(1, len(whole.commands) + 1):
        hostile = Hostile(cards.card(name), {**ONCE, **ENDLESS}[twist], at, at, on=twist in ENDLESS)
        found, _, _ = read(hostile, name)
        assert found == READ or found.reason in BROKEN


@pytest.mark.fault("F32")
@pytest.mark.parametrize("name", ["tap-credit", "tap-mchip"])
@pytest.mark.parametrize("twist", {**ONCE, **ENDLESS})
def test_answers_of_a_tapped_card_that_are_not_as_they_should_be(name, twist):
    whole = Recorded(contactless_cards.card(name))
    Payment(whole, kind=REFUND)
    for at in range(1, len(whole.exchanges) + 1):
        card = contactless_cards.card(name)
        hostile = Hostile(card, {**ONCE, **ENDLESS}[twist], at, at, on=twist in ENDLESS)
        found = Payment(hostile, *[card] * (MOST_TAPS - 1), kind=REFUND).outcome
        assert found == TAPPED or found.reason in BROKEN
