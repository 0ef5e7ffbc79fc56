# SPDX-License-Identifier: MIT
"""Device side: marks.py WHAT ROUNDS. Durable records of 200 bytes, and how it is kept that the host has them.

WHAT: cursor-1 and cursor-16 (a cursor frame for each receipt of 1 or 16 records, as the journal does it), mark-1 and
mark-16 (the experiment: the last record of a receipt is marked in place), nothing. Prints what the flash was asked for.
"""

import json
import sys

from flash import CountedFlash

from pos.codec.schema import Schema
from pos.journal import Journal
from pos.journal.cursor import Cursor
from pos.journal.walk import Walk

RECORD = Schema("bench", 9, "kind:u8 epoch:u32 seq:u32 at_s:u32 body:bytes180")
MARK = bytes(4)  # the least that an ESP32 programs


class Programmed(CountedFlash):
    """Counts programs too; a mark is put on erased padding, so writing over it is programming."""

    programs = 0

    def writeblocks(self, block, buf, offset=0):
        self.programs += 1
        super().writeblocks(block, buf, offset)


class Marks:
    """Marks "received up to here" on the padding of a record's frame, and reads it back."""

    def __init__(self, log, flash):
        self._ring, self._writer, self._flash = log._ring, log._writer, flash
        self._walk = Walk(log._flash)
        self._check = bytearray(len(MARK))

    def retire(self, seq):
        self._find(seq)
        block, offset = self._walk.block, self._walk.end - len(MARK)
        self._flash.writeblocks(block, MARK, offset)
        self._flash.ioctl(3, 0)
        self._flash.readblocks(block, self._check, offset)
        assert self._check == MARK
        self._writer.adopt(Cursor(seq))

    def _find(self, seq):
        """Goes on from the last mark, which is the best case: receipts come in order."""
        walk, ring = self._walk, self._ring
        if walk.block is None or ring.counter[walk.block] != walk.counter or not ring.holds(walk.block, seq):
            block = ring.find(seq)
            walk.open(block, ring.counter[block])
        while walk.seq != seq:
            assert walk.advance()


def run(flash, how, rounds, per_receipt):
    Journal.format(flash, "BENCH001", 1)
    log = Journal(flash)
    log.recover()
    flash.erases = flash.programs = flash.programmed = 0
    retire = log.retire if how == "cursor" else Marks(log, flash).retire
    values = [9, 0, 0, 1700000000, bytes(180)]
    for i in range(1, rounds + 1):
        log.append(RECORD, values)
        if i % per_receipt == 0:
            retire(i)


def main(what, rounds):
    flash = Programmed()
    if what != "nothing":
        how, per_receipt = what.split("-")
        run(flash, how, rounds, int(per_receipt))
    print(json.dumps({"erases": flash.erases, "programs": flash.programs, "programmed": flash.programmed}))


main(sys.argv[1], int(sys.argv[2]))
