# SPDX-License-Identifier: MIT
"""Sales by contactless card, and several readers at once, as the cashier sees them."""

import pytest
from edges import SILENT
from given import CREDIT, IDLE, PRESENT, approved, swipe
from reader_edges import AMOUNT, LARGE, chip, run, states, tap, with_readers

from boards.sim.chips.emv import contactless_cards, presented
from pos.cards.errors import TwoCards
from pos.drivers import DeviceTimeout


def test_a_tap_is_asked_of_the_host_and_needs_no_signature_below_the_limit():
    rig = run(
        with_readers([approved(1234)]), AMOUNT, (PRESENT, tap("tap-credit")), ("APPROVED", None), (IDLE, None)
    )
    (sold,), (asked,) = rig.transactions(), rig.records("icc")
    assert (sold.state, sold.entry) == ("approved", "C") and rig.outbox.requests == [[asked["seq"], sold.seq]]
    (slip,) = rig.board.printer.slips
    assert "ARQC" in slip and "SIGNATURE" not in slip and "0014 C" in slip
    assert not rig.board.contactless.on


def test_above_the_limit_a_tapped_credit_card_is_signed_for():
    rig = run(
        with_readers([approved(200000)]),
        LARGE,
        (PRESENT, tap("tap-credit")),
        ("APPROVED", None),
        (IDLE, None),
    )
    assert "SIGNATURE" in rig.board.printer.slips[0]


def test_a_phone_is_unlocked_and_tapped_again():
    rig = with_readers([approved(200000)])
    phone = contactless_cards.card("tap-phone")
    run(
        rig,
        LARGE,
        (PRESENT, ("contactless", phone)),
        ("See the phone", ("contactless", phone)),
        ("APPROVED", None),
    )
    assert states(rig) == [("approved", "C")]


def test_two_cards_in_the_field_are_told_apart_by_the_customer():
    rig = with_readers([approved(1234)])
    run(
        rig,
        AMOUNT,
        (PRESENT, ("contactless", TwoCards())),
        ("One card only", tap("tap-credit")),
        ("APPROVED", None),
    )
    assert states(rig) == [("approved", "C")]


def test_a_tap_without_an_answer_is_taken_back():
    rig = run(
        with_readers([SILENT]), AMOUNT, (PRESENT, tap("tap-credit")), ("needs the host", None), (IDLE, None)
    )
    assert states(rig) == [("reversed", "C")]


def test_a_tap_that_the_card_declines_leaves_no_record():
    rig = run(
        with_readers(),
        AMOUNT,
        (PRESENT, tap("tap-offline-decline")),
        ("Declined by the card", None),
        (IDLE, None),
    )
    assert rig.transactions() == []


def test_a_card_torn_from_the_field_is_tapped_again():
    rig = with_readers([approved(1234)])
    torn = ("contactless", presented.Torn(contactless_cards.card("tap-credit"), 2))
    run(rig, AMOUNT, (PRESENT, torn), ("Tap again", tap("tap-credit")), ("APPROVED", None))
    assert states(rig) == [("approved", "C")]


def test_cancel_ends_the_wait_for_a_second_tap():
    rig = with_readers()
    run(rig, LARGE, (PRESENT, tap("tap-phone")), ("See the phone", "CANCEL"), (IDLE, None))
    assert rig.transactions() == [] and not rig.board.contactless.on


def test_a_field_that_cannot_be_switched_off_does_not_stop_the_terminal():
    rig = with_readers([approved(1234)])

    async def gone():
        raise DeviceTimeout("pn532")

    rig.board.contactless.stop = gone
    run(rig, AMOUNT, (PRESENT, tap("tap-credit")), ("APPROVED", None), (IDLE, None))


def test_cancel_while_cards_are_awaited_ends_the_sale_and_the_field():
    rig = run(with_readers(), AMOUNT, (PRESENT, "CANCEL"), (IDLE, None))
    assert rig.transactions() == [] and not rig.board.contactless.on


@pytest.mark.parametrize("reader", ["chip", "contactless"])
def test_a_reader_that_does_not_answer_leaves_the_others(reader):
    rig = with_readers([approved(1234)])

    async def dead():
        raise DeviceTimeout(reader)

    getattr(rig.board, reader).start = dead
    other = tap("tap-credit") if reader == "chip" else chip("chip-credit")
    run(rig, AMOUNT, (PRESENT, other), ("APPROVED", None))
    assert [name for name, _ in rig.log.lines if name == "reader_missing"]


@pytest.mark.parametrize("reader", ["chip", "contactless"])
@pytest.mark.parametrize("fault", [MemoryError(), OSError(5)])
def test_a_reader_that_fails_otherwise_does_not_stop_the_terminal(reader, fault):
    rig = run(with_readers(), AMOUNT, (PRESENT, (reader, fault)), ("", "CANCEL"), (IDLE, None))
    assert rig.transactions() == []


def test_without_keys_for_a_pin_a_tapped_card_is_inserted_instead():
    rig = run(with_readers(), LARGE, (PRESENT, tap("tap-debit")), ("Insert or swipe", "CANCEL"), (IDLE, None))
    assert rig.transactions() == []


def test_without_parameters_of_its_application_a_card_is_not_tapped_and_the_stripe_taken(tmp_path):
    rig = with_readers([approved(1234)])
    rig.board.profile_dir = str(tmp_path)
    run(rig, AMOUNT, (PRESENT, tap("tap-credit")), ("Insert or swipe", swipe(CREDIT)), ("APPROVED", None))
    assert states(rig) == [("approved", "S")]
