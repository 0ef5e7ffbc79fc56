# SPDX-License-Identifier: MIT
"""Device side: search.py IMAGE. Recovers a journal from a file and searches it; one JSON line for each step.

{"step", "found": traces, "reads", "held"}: reads of the flash, and bytes of heap in use after a collection.
"""

import gc
import json
import sys

from pos import lookup
from pos.books import Books
from pos.compat import mem_used
from pos.journal import Journal
from pos.journal.devices import FileDevice


class Counted(FileDevice):
    """A file whose reads are counted."""

    reads = 0

    def readblocks(self, block, buf, offset=0):
        self.reads += 1
        return FileDevice.readblocks(self, block, buf, offset)


def told(step, work):
    device.reads = 0
    found = work()
    reads = device.reads
    gc.collect()
    print(json.dumps({"step": step, "found": found, "reads": reads, "held": mem_used()}))


def search(**wanted):
    return [transaction.trace for transaction in lookup.transactions(journal, **wanted)]


device = Counted(sys.argv[1])
journal = Journal(device)
told("recover", lambda: journal.recover().records)
books = Books(journal, None, None)
told("books", lambda: (books.recover(), books.trace)[1])
newest = books.trace
told("trace", lambda: search(trace=newest - 500))
told("voucher", lambda: search(voucher=newest - 400))
told("amount", lambda: search(amount=newest - 300))
told("time", lambda: search(from_s=newest - 209, to_s=newest - 200))
told("last four", lambda: search(last_four="%04d" % (newest - 100), from_s=1))
told("nothing", lambda: search(trace=999_999))
told("identity", lambda: lookup.transaction(journal, (1, books.last.seq)).trace)
