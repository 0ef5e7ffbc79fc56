# SPDX-License-Identifier: MIT
# heap: 256k
"""Void, reprint, paper, power cut, language, menu."""

from edges import NOW_S, SILENT
from given import CREDIT, IDLE, PRESENT, approved, declined, scan, swipe
from rig import Rig

from pos.codec import records

SALE = ((IDLE, "1 2 3 4 ENTER"), (PRESENT, swipe(CREDIT)))
SOLD = SALE + (("APPROVED", None),)
VOID = ((IDLE, "MENU ENTER"), ("Void this sale?", "ENTER"))


async def test_the_last_sale_is_voided():
    rig = Rig([approved(1234), approved(1234)])
    await rig.flow(*SOLD, *VOID, ("VOID APPROVED", None), (IDLE, None))
    sold, taken = rig.transactions()
    assert (sold.state, taken.kind, taken.state, taken.amount) == ("voided", "void", "approved", 1234)
    assert "CNY -12.34" in rig.board.printer.slips[1] and "ORIGINAL" in rig.board.printer.slips[1]
    assert "Voided 12.34" in rig.board.voice.said


async def test_a_sale_is_voided_once():
    rig = Rig([approved(1234), approved(1234)])
    await rig.flow(
        *SOLD, *VOID, ("VOID APPROVED", None), (IDLE, "MENU 1"), ("No sale to void", None), (IDLE, None)
    )


async def test_nothing_to_void_or_reprint():
    rig = Rig([declined("51")])
    await rig.flow((IDLE, "MENU 1"), ("No sale to void", None), (IDLE, "MENU 2"), ("No slip to reprint", None),
                   *SALE, ("DECLINED", None), (IDLE, "MENU 1"), ("No sale to void", None))  # fmt: skip


async def test_a_void_without_an_answer_is_reversed_and_the_sale_stands():
    rig = Rig([approved(1234), SILENT])
    await rig.flow(*SOLD, *VOID, ("A void needs the host", None), (IDLE, None))
    assert [t.state for t in rig.transactions()] == ["approved", "reversed"]


async def test_a_declined_void_can_be_tried_again():
    rig = Rig([approved(1234), declined("96"), approved(1234)])
    await rig.flow(*SOLD, *VOID, ("DECLINED", None), *VOID, ("VOID APPROVED", None))
    assert rig.transactions()[0].state == "voided"


async def test_a_sale_of_yesterday_is_not_voided():
    rig = Rig([approved(1234)])
    await rig.flow(*SOLD, (IDLE, None))
    rig.board.clock.now_s = NOW_S + 86400
    await rig.flow((IDLE, "MENU 1"), ("No sale to void", None))


async def test_the_last_slip_is_printed_again_and_says_so():
    rig = Rig([approved(1234)])
    await rig.flow(*SOLD, (IDLE, "MENU DOWN ENTER"), ("Printed", None), (IDLE, None))
    assert "DUPLICATE" not in rig.board.printer.slips[0]
    assert "重打印/DUPLICATE" in rig.board.printer.slips[1]
    assert [record["reprint"] for record in rig.records("print")] == [0, 1]


async def test_reprint_after_a_restart_reads_the_journal():
    rig = Rig([approved(1234)])
    await rig.flow(*SOLD, (IDLE, None))
    again = Rig([], journal=rig.journal)
    await again.flow((IDLE, "MENU 2"), ("Printed", None))
    assert "123456" in again.board.printer.slips[0]


async def test_paper_out_asks_and_the_sale_stands():
    rig = Rig([approved(1234)])
    rig.board.printer.troubles = ["paper"]
    await rig.flow(
        *SALE, ("Paper out: load paper", None), ("APPROVED", "ENTER"), ("Printed", None), (IDLE, None)
    )
    (sold,) = rig.transactions()
    assert (sold.state, sold.printed) == ("approved", 1)
    assert [record["result"] for record in rig.records("print")] == [1, 0]


async def test_the_operator_may_go_without_a_slip():
    rig = Rig([approved(1234)])
    rig.board.printer.troubles = ["cover"]
    await rig.flow(*SALE, ("Cover open", "CANCEL"), ("No slip", None), (IDLE, None))
    assert [record["result"] for record in rig.records("print")] == [2]
    assert rig.transactions()[0].state == "approved"


async def test_both_copies_when_configured():
    rig = Rig([approved(1234)], receipt_copies=2)
    await rig.flow(*SALE, ("customer copy", "ENTER"), (IDLE, None))
    assert ["CUSTOMER COPY" in slip for slip in rig.board.printer.slips] == [False, True]


async def test_a_power_cut_after_the_intent_is_reversed_before_anything_else():
    rig = Rig([SILENT], answer_timeout_s=100)
    await rig.flow(*SALE, ("Asking the host", None))
    assert rig.transactions()[0].state == "pending"
    again = Rig([approved(500)], journal=rig.journal)
    await again.flow(("REVERSED", None), (IDLE, "5 00 ENTER"), (PRESENT, swipe(CREDIT)), ("APPROVED", None))
    assert [(t.state, t.reason) for t in again.transactions()] == [("reversed", 2), ("approved", 0)]
    assert [t.trace for t in again.transactions()] == [1, 2]
    assert again.outbox.kicked
    (reversal,), intents = again.records("reversal"), again.records("sale")
    assert again.outbox.requests == [[reversal["seq"], intents[1]["seq"]]]  # the reversal goes first


async def test_a_finished_sale_is_left_alone_at_start():
    rig = Rig([approved(1234)])
    await rig.flow(*SOLD, (IDLE, None))
    again = Rig([], journal=rig.journal)
    await again.flow((IDLE, None))
    assert [t.state for t in again.transactions()] == ["approved"]


async def test_f4_a_journal_without_any_room_stops_neither_start_nor_idle():
    rig = Rig([approved(1234)])
    await rig.flow(*SOLD, (IDLE, None))
    books = rig.terminal.books
    with_room = None
    while rig.journal.free_bytes() or books.pending() != with_room:
        with_room = books.pending()
        books.alarm(501, 2, "paper")
    again = Rig([], journal=rig.journal)
    again.terminal.books.boot(0, "0.1.0")
    await again.flow((IDLE, "MENU 2"), ("Journal is full", None), (IDLE, None))
    assert again.terminal.books.pending() == with_room


async def test_f4_what_is_in_doubt_waits_for_room_and_the_sync_goes_on():
    rig = Rig()
    rig.journal.append(records.SALE, records.SALE.values(amount=1234, currency="CNY"))
    while rig.terminal.books.alarm(501, 2, "paper"):
        pass
    again = Rig([], journal=rig.journal)
    await again.flow(("Journal is full", None), ("Journal is full", None))
    rig.journal.retire(rig.journal.next_seq - 1)
    await again.flow(("REVERSED", None), (IDLE, None))
    assert [t.state for t in again.transactions()] == ["reversed"]


async def test_the_language_changes_with_one_key():
    rig = Rig([approved(1234)])
    await rig.flow((IDLE, "FUNC"), ("请输入金额", "1 2 3 4 ENTER"), ("请刷卡或扫码", swipe(CREDIT)), ("交易成功", None),
                   ("请输入金额", "MENU 3"), (IDLE, None))  # fmt: skip
    assert "收款成功12.34元" in rig.board.voice.said
    assert "消费" in rig.board.printer.slips[0]


async def test_sync_status_and_about():
    rig = Rig()
    await rig.flow((IDLE, "MENU 4"), ("Records to send: 0", "CANCEL"), (IDLE, "MENU 5"), ("SIM00001", "CANCEL"),
                   (IDLE, None))  # fmt: skip


async def test_no_number_is_left_in_log_or_journal():
    rig = Rig([approved(1234), approved(1234)])
    code = "134567890123456789"
    await rig.flow(*SOLD, (IDLE, "5 00 ENTER"), (PRESENT, scan(code)), ("Only", None))
    held = b"".join(bytes(record) for _, record in rig.journal.scan()) + str(rig.log.lines).encode()
    assert b"6250941234560014" not in held and code.encode() not in held
