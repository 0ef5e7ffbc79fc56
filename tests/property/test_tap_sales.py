# SPDX-License-Identifier: MIT
"""Whole payments with virtual contactless cards: outcomes and messages; pyemv agrees with every cryptogram."""

from dataclasses import replace

import pytest
from tap_rig import ABOVE, BELOW, OFFLINE, Payment, rows, side

from boards.sim.chips.emv import contactless_cards
from boards.sim.chips.emv.contactless import ContactlessCard
from boards.sim.chips.emv.contactless_cards import PERSONALITIES
from boards.sim.chips.emv.personality import CDA
from boards.sim.chips.emv.presented import Altered
from pos.cards import de55, outcome, tlv
from pos.cards.luhn import luhn_valid

CARDS = ("tap-credit", "tap-debit", "tap-visa", "tap-mchip")


@pytest.mark.parametrize("name", CARDS)
def test_below_the_limit_the_host_is_asked_and_no_one_verified(name):
    payment = Payment(name)
    assert payment.result == ("online", "", "none") and payment.verified_by(name)
    assert payment.shown == [outcome.PRESENT_CARD, outcome.PROCESSING, outcome.CARD_READ]
    assert payment.outcome.message == outcome.AUTHORISING and payment.data.get(0x9F27) == b"\x80"


@pytest.mark.parametrize(
    ("name", "cvm", "message"),
    [
        ("tap-credit", "signature", outcome.AUTHORISING),
        ("tap-debit", "online pin", outcome.SHOW_PIN),
        ("tap-visa", "signature", outcome.AUTHORISING),
        ("tap-mchip", "online pin", outcome.SHOW_PIN),
    ],
)
def test_above_the_limit_the_cardholder_is_verified_after_the_tap(name, cvm, message):
    payment = Payment(name, amount=ABOVE)
    assert payment.result == ("online", "", cvm) and payment.verified_by(name)
    assert payment.outcome.message == message


@pytest.mark.parametrize(("amount", "cvm"), [(100000, "none"), (100001, "online pin")])
@pytest.mark.parametrize("name", ["tap-debit", "tap-mchip"])
def test_the_limit_itself_is_free_with_either_kernel(name, amount, cvm):
    assert Payment(name, amount=amount).outcome.cvm == cvm


@pytest.mark.parametrize("name", ["tap-phone", "tap-mchip-phone"])
def test_a_phone_says_see_phone_and_is_good_at_the_second_tap(name):
    phone = contactless_cards.card(name)
    payment = Payment(phone, phone, amount=ABOVE)
    assert payment.shown == [
        outcome.PRESENT_CARD,
        outcome.PROCESSING,
        outcome.SEE_PHONE,
        outcome.PROCESSING,
        outcome.CARD_READ,
    ]
    assert payment.result == ("online", "", "device") and payment.verified_by(name)


def test_each_tap_has_its_own_unpredictable_number():
    phone = contactless_cards.card("tap-phone")
    commands = Payment(phone, phone, amount=ABOVE).reader.commands
    first, second = (command for command in commands if command[1] == 0xA8)
    assert first[-5:-1] != second[-5:-1]


@pytest.mark.parametrize("name", CARDS)
def test_below_the_floor_limit_card_and_reader_approve_by_themselves(name):
    payment = Payment(name, terminal_side=side(OFFLINE))
    assert payment.result == ("approved", "", "none") and payment.verified_by(name)
    assert payment.data.get(0x8A) == b"Y1" and payment.data.get(0x9F27) == b"\x40"
    assert payment.data.get(0x9F4C) is not None, "the signature was checked"
    assert payment.outcome.message == outcome.SHOW_APPROVED


def test_an_offline_approval_with_signature_asks_to_sign():
    payment = Payment("tap-credit", amount=ABOVE, terminal_side=side(OFFLINE))
    assert payment.result == ("approved", "", "signature") and payment.outcome.message == outcome.SHOW_SIGN


def test_a_pin_for_the_host_goes_online_even_when_the_card_approves():
    assert Payment("tap-debit", amount=ABOVE, terminal_side=side(OFFLINE)).result == (
        "online",
        "",
        "online pin",
    )


def test_a_card_that_declines_is_declined():
    payment = Payment("tap-offline-decline")
    assert payment.result == ("declined", "card", "none") and payment.read
    assert payment.verified_by("tap-offline-decline") and payment.data.get(0x8A) == b"Z1"


def test_without_a_host_a_request_for_it_is_declined():
    assert Payment("tap-debit", terminal_side=side(online=False)).result == ("declined", "offline", "none")


def test_at_the_transaction_limit_no_card_is_asked_for():
    payment = Payment(terminal_side=side(rows(limit=BELOW, device_limit=BELOW, zero_amount=True)[:3]))
    assert payment.outcome == outcome.other_way("limit") and payment.shown == []


def test_mchip_has_a_limit_of_its_own_for_phones():
    limited = side(rows(limit=BELOW - 1, device_limit=BELOW))
    assert Payment("tap-mchip", terminal_side=limited).result == ("ended", "limit", "none")
    phone = contactless_cards.card("tap-mchip-phone")
    assert Payment(phone, phone, terminal_side=limited).outcome.result == "online"


def with_changes(name, **changes):
    return ContactlessCard(replace(PERSONALITIES[name], **changes))


def test_an_expired_card_goes_online_only_where_it_allows_that():
    for ctq, wanted in ((b"\x08\0", "online"), (b"\0\0", "declined")):
        expired = with_changes("tap-credit", expiry="2212", ctq=ctq)
        assert Payment(expired, terminal_side=side(OFFLINE)).outcome.result == wanted


@pytest.mark.parametrize(
    ("ctq", "result", "message"),
    [
        (b"\x20\0", "online", outcome.AUTHORISING),
        (b"\x10\0", "other way", outcome.INSERT),
        (b"\0\0", "declined", outcome.SHOW_DECLINED),
    ],
)
def test_a_card_that_is_not_genuine_is_not_approved_offline(ctq, result, message):
    forged = with_changes("tap-credit", ctq=ctq, changes=((0x9F46, bytes(112)),))
    payment = Payment(forged, terminal_side=side(OFFLINE))
    assert (payment.outcome.result, payment.outcome.message) == (result, message)


@pytest.mark.parametrize(
    "card",
    [
        with_changes("tap-debit", aip=CDA),
        Altered(contactless_cards.card("tap-debit"), bytes.fromhex("9F690701"), bytes.fromhex("9F690700")),
    ],
    ids=["no dynamic authentication", "another version of it"],
)
def test_without_fast_dda_of_version_01_nothing_is_approved_offline(card):
    payment = Payment(card, terminal_side=side(OFFLINE))
    assert payment.result == ("declined", "not genuine", "none")


def test_an_mchip_card_that_wants_no_verification_gets_none():
    payment = Payment(with_changes("tap-mchip", aip=CDA), amount=ABOVE)
    assert payment.result == ("online", "", "none") and payment.data.get(0x9F34) == b"\x3f\0\0"


def test_magstripe_mode_is_refused():
    assert Payment(with_changes("tap-mchip", aip_2=0)).outcome == outcome.ended("unsupported")


def test_the_application_of_the_highest_priority_is_taken():
    second = replace(PERSONALITIES["tap-mchip"], priority=1)
    both = with_changes("tap-debit", priority=2, others=(second,))
    assert Payment(both).data.get(0x84) == second.aid
    none = with_changes("tap-debit", priority=0, others=(second,))
    assert Payment(none).data.get(0x84) == second.aid


def test_an_application_that_refuses_leaves_its_place_to_the_next():
    refusing = replace(PERSONALITIES["tap-credit"], pdol=bytes.fromhex("9F6604"), priority=1)
    both = with_changes("tap-debit", priority=2, others=(refusing,))
    payment = Payment(both)
    assert payment.data.get(0x84) == PERSONALITIES["tap-debit"].aid and payment.outcome.result == "online"


def test_a_card_for_another_kernel_is_not_taken():
    assert Payment(with_changes("tap-debit", kernel=0x81)).outcome == outcome.ended("unsupported")
    assert Payment(with_changes("tap-debit", kernel=0)).outcome.result == "online", "its provider says which"


@pytest.mark.fault("F32")
def test_a_locked_card_ends_with_its_reason():
    assert Payment(with_changes("tap-debit", lock="card")).outcome == outcome.ended("blocked")


def test_two_cards_are_told_once_and_one_of_them_is_taken():
    payment = Payment(None, None, "tap-debit")
    assert payment.shown.count(outcome.ONE_CARD) == 1 and payment.outcome.result == "online"


def test_two_cards_that_stay_end_the_payment():
    payment = Payment(*[None] * 50, timeout_ms=100)
    assert (payment.outcome.reason, payment.outcome.message) == ("two cards", outcome.ONE_CARD)


def test_zero_amounts_and_one_unit_go_online():
    assert Payment("tap-credit", amount=0, terminal_side=side(OFFLINE)).outcome.result == "online"
    checked = tuple(row._replace(status_check=True) for row in OFFLINE)
    assert Payment("tap-credit", amount=100, terminal_side=side(checked)).outcome.result == "online"
    assert Payment("tap-credit", amount=100, terminal_side=side(OFFLINE)).outcome.result == "approved"
    refused = tuple(row._replace(zero_amount=False) for row in OFFLINE)
    assert Payment(amount=0, terminal_side=side(refused)).outcome == outcome.other_way("limit")


@pytest.mark.parametrize("name", CARDS)
def test_field_55_holds_what_the_issuer_needs_and_no_account_number(name):
    built = de55.request(Payment(name).data)
    tags = {tag for tag, _, _ in tlv.parse(built)}
    assert {0x9F26, 0x9F27, 0x9F10, 0x9F37, 0x9F36, 0x95, 0x9A, 0x9C, 0x9F02, 0x5F2A, 0x82} <= tags
    assert not {0x5A, 0x57} & tags and bytes.fromhex(PERSONALITIES[name].pan) not in built


def test_account_numbers_are_valid():
    assert all(luhn_valid(personality.pan) for personality in PERSONALITIES.values())
