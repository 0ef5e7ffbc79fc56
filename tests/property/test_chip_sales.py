# SPDX-License-Identifier: MIT
"""Whole sales with virtual chip cards: what is decided, and that pyemv agrees with every cryptogram."""

import pytest
from chip_rig import Desk, applications, pay, script, terminal_for

from boards.sim.chips.emv import cards
from boards.sim.chips.emv.cards import PERSONALITIES
from boards.sim.chips.emv.presented import Chained, Recorded, Replayed
from pos.cards import de55, tlv
from pos.cards.luhn import luhn_valid

ODA_FAILED = 0x80 | 0x40 | 0x20 | 0x08 | 0x04
GOOD = ("chip-credit", "chip-debit", "chip-pin", "chip-plain-pin", "chip-script", "chip-slow", "chip-two")
OFFLINE = {"floor_limit": 100000, "tac_online": bytes(5), "tac_default": bytes(5)}


def sale(name, desk=None, **more):
    desk = desk or Desk(PERSONALITIES[name])
    return *pay(cards.card(name), desk, **more), desk


@pytest.mark.parametrize("name", GOOD)
def test_a_sale_is_approved_by_host_and_card(name):
    outcome, data, _, desk = sale(name)
    assert (outcome.result, outcome.online, outcome.reverse) == ("approved", True, False)
    assert desk.asked == 1 and data.get(0x9F27) == b"\x40" and data.get(0x8A) == b"00"
    assert not data.tvr[0] & ODA_FAILED and data.tsi[0] & 0x80
    assert desk.issuer.verifies(data), "the TC does not verify"


@pytest.mark.parametrize("name", GOOD)
def test_a_host_that_declines_ends_it_with_an_aac(name):
    outcome, data, _, desk = sale(name, Desk(PERSONALITIES[name], code="51"))
    assert (outcome.result, outcome.reason, outcome.reverse) == ("declined", "host", False)
    assert data.get(0x9F27) == b"\0" and data.get(0x8A) == b"51" and desk.issuer.verifies(data)


@pytest.mark.parametrize("name", GOOD)
def test_cards_of_the_old_transmission_are_read_as_well(name):
    outcome, _, _ = pay(Chained(cards.card(name)), Desk(PERSONALITIES[name]))
    assert outcome.result == "approved"


@pytest.mark.parametrize("name", ["chip-credit", "chip-debit"])
def test_an_issuer_that_is_none_is_declined_by_the_card_and_reversed(name):
    outcome, data, _, _ = sale(name, Desk(PERSONALITIES[name], spoiled=True))
    assert (outcome.result, outcome.reason, outcome.reverse) == ("declined", "card", True)
    assert bool(data.tvr[4] & 0x40) == (name == "chip-debit"), "issuer authentication failed"


@pytest.mark.parametrize(
    ("name", "result", "reason", "kind"),
    [
        ("chip-locked", "declined", "blocked", None),
        ("chip-application-blocked", "declined", "blocked", None),
        ("chip-unusable", "declined", "refused", None),
        ("chip-expired", "declined", "card", b"\0"),
        ("chip-offline-decline", "declined", "card", b"\0"),
    ],
)
def test_cards_that_do_not_pay(name, result, reason, kind):
    outcome, data, _, desk = sale(name)
    assert (outcome.result, outcome.reason, outcome.online, outcome.reverse) == (result, reason, False, False)
    assert data.get(0x9F27) == kind and desk.asked == 0
    assert kind is None or desk.issuer.verifies(data), "the AAC does not verify"


def test_an_expired_card_is_told_in_the_tvr():
    assert sale("chip-expired")[1].tvr[1] & 0x40


def test_below_the_floor_limit_the_card_approves_by_itself():
    outcome, data, _, desk = sale(
        "chip-credit", terminal_side=terminal_for(applications=applications(**OFFLINE))
    )
    assert (outcome.result, outcome.online, desk.asked) == ("approved", False, 0)
    assert data.get(0x9F27) == b"\x40" and data.get(0x8A) == b"Y1" and desk.issuer.verifies(data)


@pytest.mark.parametrize(
    ("default", "result", "code"), [(bytes(5), "approved", b"Y3"), (b"\xff" * 5, "declined", b"Z3")]
)
def test_without_the_host_the_default_codes_decide(default, result, code):
    side = terminal_for(applications=applications(tac_default=default))
    outcome, data, _, _ = sale(
        "chip-credit", Desk(PERSONALITIES["chip-credit"], code=None), terminal_side=side
    )
    assert (outcome.result, outcome.online, data.get(0x8A)) == (result, True, code)


def test_the_cardholder_chooses_among_two_applications_by_priority():
    outcome, data, _, desk = sale("chip-two", Desk(PERSONALITIES["chip-two"].others[0], choice=1))
    assert desk.labels == [["UNIONPAY CREDIT", "UNIONPAY DEBIT"]]
    assert outcome.result == "approved" and data.get(0x84) == cards.UNIONPAY_DEBIT


def test_the_cardholder_may_choose_none():
    outcome, *_ = sale("chip-two", Desk(PERSONALITIES["chip-two"], choice=None))
    assert (outcome.result, outcome.online) == ("cancelled", False)


@pytest.mark.parametrize(("name", "head"), [("chip-pin", "0020008860"), ("chip-plain-pin", "0020008008")])
def test_a_pin_for_the_card_is_tried_again_and_overwritten(name, head):
    outcome, data, reader, desk = sale(name, Desk(PERSONALITIES[name], pins=("9999", "1234")))
    assert outcome.result == "approved" and data.get(0x9F34)[2] == 2 and not outcome.signature
    assert sum(command.hex().startswith(head) for command in reader.commands) == 2
    assert all(not any(pin) for pin in desk.given) and len(desk.given) == 2


def test_a_card_whose_pin_tries_are_used_up_goes_on_to_the_next_method():
    outcome, data, _, desk = sale("chip-plain-pin", Desk(PERSONALITIES["chip-plain-pin"], pins=("0000",) * 9))
    assert data.tvr[2] & 0x20 and data.get(0x9F34) == b"\x1e\x03\x00" and len(desk.given) == 3
    assert outcome.signature


def test_a_pin_that_is_not_entered_stands_for_all_methods_with_pin():
    _, data, _, _ = sale("chip-pin", Desk(PERSONALITIES["chip-pin"], pins=()))
    assert data.tvr[2] & 0x08 and not data.tvr[2] & 0x04 and data.get(0x9F34) == b"\x1e\x03\x00"


def test_a_script_with_its_mac_is_obeyed_and_told():
    def write(issuer):
        return script(0x71, issuer.command(bytes.fromhex("04DA9F14"), b"\5"))

    card = cards.card("chip-script")
    _, data, _ = pay(card, Desk(card.personality, scripts=write))
    assert card.applets[0].written == {0x9F14: b"\5"}
    assert data.get(0x9F5B) == bytes.fromhex("2000000001") and data.tsi[0] & 0x04 and not data.tvr[4] & 0x20


def test_a_script_may_block_the_application_after_the_second_cryptogram():
    card = cards.card("chip-script")
    outcome, data, _ = pay(
        card,
        Desk(
            card.personality, scripts=lambda issuer: script(0x72, issuer.command(bytes.fromhex("841E0000")))
        ),
    )
    assert outcome.result == "approved" and card.applets[0].blocked and not data.tvr[4] & 0x10
    assert pay(card, Desk(card.personality))[0].reason == "blocked"


def test_a_script_with_a_wrong_mac_is_refused_and_told():
    def forged(issuer):
        return script(0x71, bytes.fromhex("841E000008") + bytes(8)) + script(0x72, b"\x84\x1e")

    card = cards.card("chip-script")
    outcome, data, _ = pay(card, Desk(card.personality, scripts=forged))
    assert outcome.result == "approved" and not card.applets[0].blocked
    assert data.get(0x9F5B) == bytes.fromhex("11000000010000000001") and data.tvr[4] & 0x30 == 0x30


def test_field_55_holds_what_the_issuer_needs_and_no_account_number():
    _, data, _, desk = sale("chip-debit")
    pan = bytes.fromhex(PERSONALITIES["chip-debit"].pan)
    for built in (de55.request(data), de55.result(data)):
        tags = [tag for tag, _, _ in tlv.parse(built)]
        assert {0x9F26, 0x9F27, 0x9F10, 0x9F37, 0x9F36, 0x95, 0x9A, 0x9C, 0x9F02, 0x5F2A, 0x82} <= set(tags)
        assert not {0x5A, 0x57, 0x5F20} & set(tags) and pan not in built and len(built) <= 255


def test_a_recorded_sale_is_replayed_strictly():
    recorded = Recorded(cards.card("chip-credit"))
    assert pay(recorded, Desk(recorded.card.personality))[0].result == "approved"
    replayed = Replayed(recorded.exchanges)
    assert pay(replayed, Desk(recorded.card.personality))[0].result == "approved" and not replayed.wrong
    other = pay(replayed, Desk(recorded.card.personality), amount=1)
    assert replayed.wrong and other[0].result != "approved"


def test_velocity_is_checked_against_the_cards_counters():
    limits = ((0x9F14, b"\1"), (0x9F23, b"\2"))
    personality = with_records("chip-credit", limits)
    card = cards.VirtualCard(personality)
    side = terminal_for(applications=applications(**OFFLINE))
    seen = [pay(card, Desk(personality), side)[1] for _ in range(3)]
    assert [data.tvr[3] & 0x60 for data in seen] == [0, 0x40, 0x60] and seen[0].tvr[1] & 0x08


def with_records(name, added):
    """The personality with further objects in its signed record."""
    from dataclasses import replace

    return replace(PERSONALITIES[name], added=added)


def test_account_numbers_are_valid_and_the_cards_differ():
    assert all(luhn_valid(personality.pan) for personality in PERSONALITIES.values())
    descriptions = [personality.description for personality in PERSONALITIES.values()]
    assert len(set(descriptions)) == len(descriptions)
