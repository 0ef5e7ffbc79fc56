# SPDX-License-Identifier: MIT
# heap: 512k
"""What the books know again after a start, whatever the journal has kept."""

from given import CREDIT, approved, swipe
from rig import Rig

from pos.books import Books


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
