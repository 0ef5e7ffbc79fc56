# SPDX-License-Identifier: MIT
# heap: 512k
"""The host's books follow another device (F6): no sale, everything handed over, on in a new epoch, alarm in both."""

from edges import SILENT
from given import CREDIT, approved, swipe
from rig import Rig, new_journal

from pos.codec import records

IDLE, PRESENT, STOP = "Enter amount", "Swipe card or scan code", "NO SALES"
SALE = ((IDLE, "1 2 3 4 ENTER"), (PRESENT, swipe(CREDIT)))
DISPUTE = {"next_epoch": 9, "trace": 70, "batch": 3, "voucher": 71}


def disputed(keeps, answers=(), **counters):
    rig = Rig(answers)
    rig.outbox.dispute, rig.outbox.keeps = dict(DISPUTE, **counters), keeps
    return rig


async def test_f6_trading_stops_until_the_host_keeps_everything_and_goes_on_in_the_next_epoch():
    rig = disputed(0, [approved(1234)])
    rig.terminal.books.boot(0, "x")
    await rig.flow((STOP, "1"), (STOP, None))
    rig.board.keypad.clear()
    assert rig.journal.epoch == 1 and not rig.transactions()
    rig.outbox.keeps = 1
    await rig.flow(("New numbers", None), *SALE, ("APPROVED", None), (IDLE, None))
    assert rig.journal.epoch == 9 and rig.journal.pending_count() == rig.journal.next_seq - 1
    (sold,) = rig.transactions()
    assert (sold.epoch, sold.trace, sold.voucher, sold.batch) == (9, 71, 72, 3)


async def test_f6_the_alarm_stands_in_both_epochs_with_counters_that_do_not_go_back():
    rig = disputed(8)
    rig.terminal.books.trace, rig.terminal.books.voucher = 80, 3
    await rig.flow(("New numbers", None), (IDLE, None))
    found = [(a["epoch"], a["code"], a["severity"], a["trace"], a["voucher"]) for a in rig.records("alarm")]
    assert found == [(1, 305, 4, 80, 71), (9, 305, 4, 80, 71)]


async def test_f6_counters_that_have_come_round_are_behind_999999():
    cases = (999998, 2, 2), (2, 999998, 2), (5, 5, 5), (999999, 1, 1), (600000, 0, 600000)
    for own, told, expected in cases:
        rig = disputed(8, trace=told)
        rig.terminal.books.trace = own
        await rig.flow(("New numbers", None))
        assert rig.terminal.books.trace == expected


async def test_f6_a_sale_under_way_is_neither_approved_nor_taken_offline():
    rig = Rig([SILENT])
    request = rig.outbox.request

    async def told_meanwhile(seqs, timeout_ms, pin=b""):
        rig.outbox.dispute, rig.outbox.keeps = DISPUTE, 8
        return await request(seqs, 1)

    rig.outbox.request = told_meanwhile
    await rig.flow(*SALE, ("REVERSED", None), ("New numbers", None), (IDLE, None))
    (sold,) = rig.transactions()
    assert (sold.epoch, sold.state) == (1, "reversed") and not rig.board.printer.slips


async def test_f6_no_intent_is_written_once_the_dispute_is_known():
    rig = Rig()

    async def told_meanwhile(timeout_ms):
        rig.outbox.dispute, rig.outbox.keeps = DISPUTE, 8
        return swipe(CREDIT)[1]

    rig.board.stripe.read = told_meanwhile
    await rig.flow(SALE[0], ("in use by another copy", None), ("New numbers", None), (IDLE, None))
    assert not rig.transactions()


async def test_f6_a_sale_of_the_epoch_before_is_not_voided():
    rig = Rig([approved(1234)])
    await rig.flow(*SALE, ("APPROVED", None), (IDLE, None))
    rig.outbox.dispute, rig.outbox.keeps = DISPUTE, 8
    await rig.flow(("New numbers", None), (IDLE, "MENU 1"), ("No sale to void", None))
    assert rig.terminal.books.newest_approved(("sale",)).epoch == 1


async def test_f6_what_is_in_doubt_is_reversed_under_its_old_number_first():
    journal = new_journal()
    values = records.SALE.values(amount=1234, currency="CNY", trace=7, voucher=7, card=bytes(112))
    journal.append(records.SALE, values)
    rig = Rig(journal=journal)
    rig.outbox.dispute, rig.outbox.keeps = DISPUTE, 8
    await rig.flow(("New numbers", None))
    (sold,) = rig.transactions()
    (reversal,) = rig.records("reversal")
    assert sold.state == "reversed" and reversal["epoch"] == 1
