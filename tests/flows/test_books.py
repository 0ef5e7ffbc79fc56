# SPDX-License-Identifier: MIT
# heap: 512k
"""What the books know again after a start, whatever the journal has kept."""

from given import CREDIT, approved, swipe
from rig import Rig

from journal_bench import formatted, reopened, sale
from pos.books import Books
from pos.codec import records
from pos.journal.devices import BLOCK, PAGE


async def test_the_counters_outlive_the_last_sale():
    rig = Rig([approved(1234)])
    await rig.flow(("Enter amount", "1 2 3 4 ENTER"), ("Swipe card", swipe(CREDIT)), ("APPROVED", None))
    books, journal = rig.terminal.books, rig.journal
    while journal.read(1) is not None:  # until the sale's block was needed for alarms
        books.alarm(301, 2, "offline")
        journal.retire(journal.next_seq - 1)
    again = Books(journal, rig.config, rig.board.clock)
    again.recover()
    assert again.last is None
    assert (again.trace, again.voucher, again.batch) == (books.trace, books.voucher, 1) == (1, 1, 1)


async def test_f3_a_receipted_outcome_that_cannot_be_read_any_more_is_no_reason_to_take_a_sale_back():
    for place in (4, 60):  # the frame's type, its payload
        journal, flash = formatted(6)
        while journal.append(records.SALE, sale()) < 16:
            pass
        while journal.append(records.BOOT, records.BOOT.values()) < 18:  # the block is full
            pass
        values = records.OUTCOME.values(of_epoch=1, of_seq=16, state=records.APPROVED, code="00")
        journal.append(records.OUTCOME, values)
        while journal.next_seq < 80:  # until the block is closed
            journal.append(records.BOOT, records.BOOT.values())
        journal.retire(79)
        flash.pages[BLOCK // PAGE][64 + place] ^= 0x04
        again = Books(reopened(flash)[0], None, None)
        again.recover()
        assert again.in_doubt() is None, place
