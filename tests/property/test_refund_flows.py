# SPDX-License-Identifier: MIT
"""Refunds by chip and contactless card as the cashier sees them, with virtual cards, and what stands in the journal."""

import asyncio

import pytest
from chip_rig import Issuer
from edges import SILENT
from given import CREDIT, IDLE, PRESENT, approved, declined, swipe
from reader_edges import AMOUNT, InSlot, chip, run, tap, with_readers

from boards.sim.chips.emv import cards, contactless_cards, presented
from pos.cards import tlv
from pos.cards.chip_details import Kept
from pos.cards.errors import CardSilent
from pos.flows import at_host

AGAIN, OTHER = "The same card, please", "Not the card of that sale"
DONE = ("REFUND\nAPPROVED", None)
REFUND = ((IDLE, "MENU 6"), ("Voucher of the sale", "1 ENTER"), ("Can be refunded", "ENTER"))
CHIPS = ("chip-credit", "chip-debit", "chip-pin", "chip-slow")
TAPS = ("tap-credit", "tap-visa", "tap-phone", "tap-mchip")
TRACK = ";%s=30121010000000000000?"


def sold_by(card, answers=(), **settings):
    """A terminal that has sold 12.34 to `card` and hears `answers` next."""
    rig = with_readers([approved(1234), *answers], offline_each=0, **settings)
    pin = (("Enter PIN", "1 2 3 4 ENTER"),) if card[1].personality.name == "chip-pin" else ()
    return run(rig, AMOUNT, (PRESENT, card), *pin, ("APPROVED", None), (IDLE, None))


@pytest.mark.parametrize("name", CHIPS)
def test_a_chip_sale_is_given_back_and_the_card_gives_an_aac_for_type_20(name):
    rig = sold_by(chip(name), [approved(1234)])
    card = cards.card(name)
    run(rig, *REFUND, (AGAIN, ("chip", card)), DONE, (IDLE, None))
    sold, given = rig.transactions()
    asked = rig.records("icc")[-1]
    assert (given.kind, given.state, given.entry, given.pan_masked) == (
        "refund",
        "approved",
        "I",
        sold.pan_masked,
    )
    assert rig.outbox.requests[-1] == [asked["seq"], given.seq]
    told = Kept(asked["data"])
    assert [told.get(tag) for tag in (0x9C, 0x9F27, 0x9F02)] == [
        b"\x20",
        b"\0",
        bytes.fromhex("000000001234"),
    ]
    assert told.get(0x95)[0] & 0x80 and told.get(0x9F34) == b"\x3f\0\0", (
        "nobody was authenticated or verified"
    )
    assert Issuer(cards.PERSONALITIES[name]).verifies(told), "the AAC is the card's own"
    (slip,) = rig.board.printer.slips[1:]
    assert "AAC" in slip and "ORIGINAL VOUCHER" in slip and "SIGNATURE" not in slip
    assert rig.board.chip.looks >= 2, "the card was not waited for"


@pytest.mark.parametrize("name", TAPS)
def test_a_tapped_sale_is_given_back_whatever_cryptogram_the_card_gives(name):
    rig = with_readers([approved(1234), approved(1234)])
    sale = swipe(
        TRACK % contactless_cards.PERSONALITIES[name].pan
    )  # an M/Chip sale needs an authority's key here
    run(rig, AMOUNT, (PRESENT, sale), ("APPROVED", None), *REFUND, (AGAIN, tap(name)), DONE, (IDLE, None))
    given, asked = rig.transactions()[1], Kept(rig.records("icc")[-1]["data"])
    assert (given.kind, given.state, given.entry) == ("refund", "approved", "C")
    assert asked.get(0x9C) == b"\x20" and asked.get(0x9F27)[0] & 0xC0 != 0x40, (
        "no card spends what it may offline"
    )
    assert not rig.board.contactless.on and "SIGNATURE" not in rig.board.printer.slips[1]


def test_a_card_that_declines_by_itself_is_given_its_money_back_all_the_same():
    """Its issuer may have told it so since: an AAC refuses no refund."""
    rig = sold_by(tap("tap-credit"), [approved(1234)])
    run(rig, *REFUND, (AGAIN, tap("tap-offline-decline")), DONE, (IDLE, None))


def test_a_large_refund_asks_a_phone_for_nothing_and_nobody_for_a_pin():
    rig = with_readers([approved(200000), approved(200000)])
    phone = contactless_cards.card("tap-phone")
    held = ("contactless", phone)
    run(rig, (IDLE, "2 0 0 0 00 ENTER"), (PRESENT, held), ("See the phone", held), ("APPROVED", None),
        *REFUND, (AGAIN, held), DONE, (IDLE, None))  # fmt: skip


@pytest.mark.parametrize("wrong", [chip("chip-pin"), tap("tap-mchip"), swipe(CREDIT)])
def test_another_card_is_refused_by_every_reader_and_the_right_one_may_follow(wrong):
    rig = sold_by(chip("chip-credit"), [approved(1234)])
    run(rig, *REFUND, (AGAIN, wrong), (OTHER, chip("chip-credit")), DONE, (IDLE, None))
    assert len(rig.records("refund")) == 1 and len(rig.outbox.requests) == 2


def test_a_card_that_is_pulled_is_asked_for_again_at_every_step():
    rig, whole = sold_by(chip("chip-credit"), [approved(1234)]), InSlot(cards.card("chip-credit"))
    run(rig, *REFUND, (AGAIN, ("chip", whole)), DONE)
    assert [command[1] for command in whole.commands].count(0xAE) == 1, "one cryptogram, and no PIN"
    for at in range(1, len(whole.commands) + 1):
        rig = sold_by(chip("chip-credit"), [approved(1234)])
        torn = InSlot(presented.Torn(cards.card("chip-credit"), at))
        run(rig, *REFUND, (AGAIN, ("chip", torn)), ("Interrupted", chip("chip-credit")), DONE, (IDLE, None))
        assert [one.state for one in rig.transactions()] == ["approved", "approved"], at


def test_a_card_torn_from_the_field_is_tapped_again():
    rig = sold_by(tap("tap-credit"), [approved(1234)])
    torn = ("contactless", presented.Torn(contactless_cards.card("tap-credit"), 2))
    run(rig, *REFUND, (AGAIN, torn), ("Tap again", tap("tap-credit")), DONE)


def test_a_chip_that_cannot_be_read_gives_way_to_its_stripe_as_a_recorded_fallback():
    track = ";4761739001010119=30122010000000000000?"
    rig = sold_by(chip("chip-credit"), [approved(1234)])
    run(rig, *REFUND, (AGAIN, swipe(track)), ("insert or tap", ("chip", CardSilent())),
        ("Chip not read", swipe(track)), DONE, (IDLE, None))  # fmt: skip
    given, told = rig.transactions()[1], Kept(rig.records("icc")[-1]["data"])
    assert given.entry == "S" and told.get(0x9F39) == b"\x80"


@pytest.mark.parametrize("card", [chip("chip-credit"), tap("tap-credit")])
@pytest.mark.parametrize(("answer", "said", "state"), [(declined("91"), "DECLINED", "declined"),
                                                        (SILENT, "A refund needs the host", "reversed")])  # fmt: skip
def test_without_an_approval_nothing_is_given_back(card, answer, said, state):
    device, name = card[0], card[1].personality.name
    fresh = (chip if device == "chip" else tap)(name)
    rig = sold_by(fresh, [answer])
    run(rig, *REFUND, (AGAIN, card), (said, None), (IDLE, None))
    assert rig.transactions()[1].state == state and len(rig.board.printer.slips) == 1


class Slow(InSlot):
    async def transmit(self, command):
        await asyncio.sleep(0.05)
        return await super().transmit(command)


def test_cancel_ends_it_while_the_card_is_read():
    rig = sold_by(chip("chip-credit"))
    slow = Slow(cards.card("chip-credit"))
    run(rig, *REFUND, (AGAIN, ("chip", slow)), ("leave the card in", "CANCEL"), (IDLE, None))
    assert len(rig.transactions()) == 1


def test_a_void_asks_for_the_card_where_that_is_configured():
    rig = sold_by(chip("chip-credit"), [approved(1234)], void_needs_card=True)
    run(rig, (IDLE, "MENU 1"), ("Void this sale?", "ENTER"), (AGAIN, chip("chip-pin")), (OTHER, chip("chip-credit")),
        ("VOID APPROVED", None), (IDLE, None))  # fmt: skip
    assert rig.transactions()[0].state == "voided" and len(rig.records("icc")) == 2, "none of the void"


def test_a_sale_that_is_not_at_the_host_yet_is_not_given_back(monkeypatch):
    monkeypatch.setattr(at_host, "_SYNC_MS", 50)
    rig = with_readers([SILENT])
    run(
        rig,
        AMOUNT,
        (PRESENT, swipe(CREDIT)),
        ("APPROVED OFFLINE", None),
        *REFUND,
        ("sync first", None),
        (IDLE, None),
    )
    rig.journal.retire(rig.records("sale")[0]["seq"])  # its request got there, its outcome did not
    run(rig, *REFUND, ("sync first", None), (IDLE, None))
    rig.journal.retire(rig.journal.next_seq - 1)
    rig.outbox.answers.append(approved(1234))
    run(rig, *REFUND, (AGAIN, swipe(CREDIT)), DONE)


def test_no_number_is_left_in_journal_or_log():
    rig = sold_by(chip("chip-credit"), [approved(1234)])
    run(rig, *REFUND, (AGAIN, chip("chip-credit")), DONE)
    held = b"".join(bytes(record) for _, record in rig.journal.scan()) + str(rig.log.lines).encode()
    assert b"4761739001010119" not in held and bytes.fromhex("4761739001010119") not in held
    assert tlv.value(rig.records("icc")[-1]["data"], 0x5A) is None
