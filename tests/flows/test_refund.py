# SPDX-License-Identifier: MIT
# heap: 256k
"""Refunds as the cashier sees them: partial, repeated, to the same card, and all that stands against one (M5)."""

from edges import SILENT
from given import CHIP, CODE, CREDIT, IDLE, OTHER, PRESENT, approved, declined, scan, swipe
from rig import Rig

AGAIN = "The same card, please"
ASK = "Voucher of the sale"
SOLD = ((IDLE, "1 2 3 4 ENTER"), (PRESENT, swipe(CREDIT)), ("APPROVED", None))
DONE = ("REFUND\nAPPROVED", None)


def refund(voucher="1", amount="", card=CREDIT, limit="Can be refunded"):
    """The steps of a refund up to the swiped card."""
    named = ((IDLE, "MENU 6"), (ASK, voucher + " ENTER"), (limit, amount + " ENTER"))
    return named + (((AGAIN, swipe(card)),) if card else ())


async def test_the_whole_sale_is_given_back_unless_less_is_keyed():
    rig = Rig([approved(1234), approved(1234)])
    await rig.flow(*SOLD, *refund(), DONE, (IDLE, None))
    sold, given = rig.transactions()
    assert (sold.state, sold.refunded) == ("approved", 1234)
    assert (given.kind, given.state, given.amount, given.entry, given.issuer, given.pan_masked, given.fee) == (
        "refund", "approved", 1234, "S", "UNIONPAY", "625094******0014", 0
    )  # fmt: skip
    assert given.original == (sold.epoch, sold.seq) and given.voucher == 2
    assert "Refunded 12.34" in rig.board.voice.said


async def test_the_slip_shows_the_original_and_what_went_back():
    rig = Rig([approved(1234), approved(500)])
    await rig.flow(*SOLD, *refund(amount="5 00"), DONE, (IDLE, None))
    slip = rig.board.printer.slips[1]
    for line in ("REFUND", "CNY -5.00", "ORIGINAL VOUCHER          000001", "ORIGINAL AUTH             123456",
                 "ORIGINAL REF        000000000042", "625094******0014 S"):  # fmt: skip
        assert line in slip, slip


async def test_the_intent_is_durable_before_the_host_is_asked():
    rig = Rig([approved(1234), approved(1234)])
    await rig.flow(*SOLD, *refund(), DONE)
    (intent,) = rig.records("refund")
    assert rig.outbox.requests[1] == [intent["seq"]]
    assert rig.records("outcome")[1]["of_seq"] == intent["seq"]


async def test_partial_refunds_until_nothing_remains():
    rig = Rig([approved(1234), approved(1000), approved(234)])
    await rig.flow(*SOLD, *refund(amount="1 0 00"), DONE, *refund(limit="Can be refunded: 2.34"), DONE,
                   (IDLE, "MENU 6"), (ASK, "1 ENTER"), ("refunded in full", "CANCEL"), (IDLE, None))  # fmt: skip
    assert [one.amount for one in rig.transactions() if one.kind == "refund"] == [1000, 234]


async def test_what_was_declined_or_taken_back_can_be_given_back_again():
    rig = Rig([approved(1234), declined("91"), SILENT, approved(1234)])
    await rig.flow(*SOLD, *refund(), ("DECLINED", None), *refund(), ("A refund needs the host", None),
                   *refund(), DONE)  # fmt: skip
    assert [one.state for one in rig.transactions()] == ["approved", "declined", "reversed", "approved"]


async def test_more_than_remains_zero_and_over_the_limit_are_refused_with_the_reason():
    rig = Rig([approved(1234)], refund_limit=1000)
    await rig.flow(*SOLD, (IDLE, "MENU 6"), (ASK, "1 ENTER"), ("Can be refunded: 12.34", "ENTER"),
                   ("Limit per refund: 10.00", "2 0 00"), ("CNY 20.00", "ENTER"),
                   ("More than can be", "CLEAR CLEAR CLEAR CLEAR"), ("CNY 0.00", "ENTER"),
                   ("Amount is zero", "CANCEL"), (IDLE, None))  # fmt: skip
    assert len(rig.transactions()) == 1


async def test_the_limit_is_10_000_unless_configured():
    assert Rig().config.refund_limit == 1_000_000


async def test_a_voucher_that_is_no_approved_sale_is_refused_with_the_reason():
    rig = Rig([approved(1234), declined("51"), approved(1234)])
    await rig.flow(*SOLD, (IDLE, "1 00 ENTER"), (PRESENT, swipe(OTHER)), ("DECLINED", None),
                   (IDLE, "MENU 1"), ("Void this sale?", "ENTER"), ("VOID APPROVED", None),
                   (IDLE, "MENU 6"), (ASK, "ENTER"), ("No such sale", "9 9 ENTER"), ("No such sale", "2 ENTER"),
                   ("was not approved", "1 ENTER"), ("was voided", "3 ENTER"), ("No such sale", "CANCEL"),
                   (IDLE, None))  # fmt: skip


async def test_the_voucher_is_keyed_like_a_number():
    rig = Rig([approved(1234)])
    await rig.flow(*SOLD, (IDLE, "MENU 6"), (ASK, "1 2 3 4 5 6"), ("123456", "7"), ("123456", "CLEAR CLEAR"),
                   ("001234", "MENU"), ("001234", "CANCEL"), (IDLE, None))  # fmt: skip


async def test_another_card_is_refused_and_the_right_one_may_follow():
    rig = Rig([approved(1234), approved(1234)])
    await rig.flow(
        *SOLD, *refund(card=OTHER), ("Not the card of that sale", swipe(CREDIT)), DONE, (IDLE, None)
    )
    assert len(rig.records("refund")) == 1


async def test_another_card_that_looks_alike_is_told_by_its_fingerprint():
    rig = Rig([approved(1234)])
    await rig.flow(
        *SOLD, *refund(card=CREDIT.replace("123456", "654321")), ("Not the card", "CANCEL"), (IDLE, None)
    )
    assert not rig.records("refund")


async def test_after_a_restart_the_masked_number_must_do_until_the_host_compares():
    rig = Rig([approved(1234)])
    await rig.flow(*SOLD, (IDLE, None))
    again = Rig([approved(1234)], journal=rig.journal)
    await again.flow(*refund(card=OTHER), ("Not the card of that sale", swipe(CREDIT)), DONE)


async def test_the_stripe_of_a_chip_card_is_refused_as_in_a_sale():
    rig = Rig([approved(1234)])
    await rig.flow(*SOLD, *refund(card=CHIP), ("Card has a chip", "CANCEL"), (IDLE, None))


async def test_a_payment_code_is_given_back_without_a_card():
    rig = Rig([approved(1234), approved(500)])
    await rig.flow((IDLE, "1 2 3 4 ENTER"), (PRESENT, scan(CODE)), ("APPROVED", None),
                   *refund(amount="5 00", card=""), DONE, (IDLE, None))  # fmt: skip
    given = rig.transactions()[1]
    assert (given.entry, given.issuer, given.pan_masked, given.amount) == (
        "Q",
        "WECHAT",
        "**************6789",
        500,
    )
    assert rig.records("refund")[0]["card"] == bytes(112)


async def test_no_code_is_taken_where_the_card_is_wanted():
    rig = Rig([approved(1234)])
    await rig.flow(*SOLD, *refund(card=""), (AGAIN, None))
    assert not rig.board.scanner.on
    assert PRESENT not in rig.screen.texts[-1] and rig.screen.texts[-1].startswith("Refund")


async def test_the_operator_may_leave_at_every_step():
    rig = Rig([approved(1234)])
    await rig.flow(*SOLD, (IDLE, "MENU 6"), (ASK, "CANCEL"), (IDLE, "MENU 6"), (ASK, "1 ENTER"),
                   ("Can be refunded", "CANCEL"), *refund(card=""), (AGAIN, "CANCEL"), (IDLE, None))  # fmt: skip
    assert len(rig.transactions()) == 1


async def test_cancel_ends_the_wait_for_a_sale_that_is_not_at_the_host_yet():
    rig = Rig([SILENT])
    await rig.flow((IDLE, "1 2 3 4 ENTER"), (PRESENT, swipe(CREDIT)), ("APPROVED OFFLINE", None),
                   *refund(card=""), ("Asking the host", "1 CANCEL"), (IDLE, None))  # fmt: skip
    assert rig.outbox.kicked and not rig.records("refund")


async def test_a_full_journal_is_told_before_anything_is_keyed():
    rig = Rig([approved(1234)])
    await rig.flow(*SOLD, (IDLE, None))
    rig.terminal.books.full = lambda: True
    await rig.flow((IDLE, "MENU 6"), ("Journal is full", None), (IDLE, None))


async def test_nobody_at_the_terminal_leaves_it():
    rig = Rig([approved(1234)], idle_timeout_s=5, present_timeout_s=5)
    await rig.flow(*SOLD, (IDLE, "MENU 6"), ("Timed out", None), (IDLE, "MENU 6"), (ASK, "1 ENTER"),
                   ("Timed out", None), *refund(card=""), ("Timed out", None), (IDLE, None))  # fmt: skip


async def test_a_partial_approval_is_taken_back():
    rig = Rig([approved(1234), approved(1000)])
    await rig.flow(*SOLD, *refund(), ("nothing was given back", None), (IDLE, None))
    assert rig.transactions()[1].state == "reversed" and "REVERSED" in "".join(rig.screen.texts)


async def test_a_power_cut_after_the_intent_is_reversed_and_gives_the_room_back():
    rig = Rig([approved(1234), SILENT], answer_timeout_s=100)
    await rig.flow(*SOLD, *refund(), ("Asking the host", None))
    again = Rig([approved(1234)], journal=rig.journal)
    await again.flow(("Nothing was given back", None), *refund(), DONE)
    assert [one.state for one in again.transactions()] == ["approved", "reversed", "approved"]


async def test_a_sale_with_refunds_is_not_voided():
    rig = Rig([approved(1234), approved(500)])
    await rig.flow(*SOLD, *refund(amount="5 00"), DONE, (IDLE, "MENU 1"), ("has refunds", None), (IDLE, None))


async def test_the_last_slip_may_be_a_refunds():
    rig = Rig([approved(1234), approved(1234)])
    await rig.flow(*SOLD, *refund(), DONE, (IDLE, "MENU 2"), ("Printed", None), (IDLE, None))
    assert "DUPLICATE" in rig.board.printer.slips[2] and "CNY -12.34" in rig.board.printer.slips[2]


async def test_a_refund_is_no_payment_that_was_made_a_moment_ago():
    rig = Rig([approved(1234), approved(1234)], duplicate_s=0)
    await rig.flow(*SOLD, *refund(), DONE, (IDLE, None))
    assert rig.terminal.recent.fingerprint(rig.records("refund")[0]["seq"]) is None


async def test_voids_ask_for_the_card_where_that_is_configured():
    rig = Rig([approved(1234), approved(1234)], void_needs_card=True)
    await rig.flow(*SOLD, (IDLE, "MENU 1"), ("Void this sale?", "ENTER"), (AGAIN, swipe(OTHER)),
                   ("Not the card of that sale", swipe(CREDIT)), ("VOID APPROVED", None), (IDLE, None))  # fmt: skip
    assert rig.transactions()[0].state == "voided" and len(rig.records("void")) == 1


async def test_a_voided_code_needs_no_card_anyway():
    rig = Rig([approved(1234), approved(1234)], void_needs_card=True)
    await rig.flow((IDLE, "1 2 3 4 ENTER"), (PRESENT, scan(CODE)), ("APPROVED", None), (IDLE, "MENU 1"),
                   ("Void this sale?", "ENTER"), ("VOID APPROVED", None), (IDLE, None))  # fmt: skip


async def test_in_chinese():
    rig = Rig([approved(1234), approved(1234)], language="zh")
    await rig.flow(("请输入金额", "1 2 3 4 ENTER"), ("请刷卡或扫码", swipe(CREDIT)), ("交易成功", None),
                   ("请输入金额", "MENU 6"), ("请输入原凭证号", "1 ENTER"), ("可退 12.34", "ENTER"),
                   ("请出示原交易卡", swipe(CREDIT)), ("退货\n交易成功", None), ("请输入金额", None))  # fmt: skip
    assert "退货成功12.34元" in rig.board.voice.said and "原凭证号" in rig.board.printer.slips[1]
