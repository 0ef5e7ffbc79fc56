# SPDX-License-Identifier: MIT
"""Device side: journal.py WHAT ROUNDS. Appends ROUNDS durable records of 200 bytes to 512 KiB of counted flash.

Prints {"erases", "programmed", "payload"}. WHAT: journal (a receipt for each 4), receipt-each, littlefs, nothing.
littlefs: one file, written and flushed for each record, at the geometry that MicroPython gives it on an ESP32.
"""

import json
import sys

import vfs

from pos.codec.schema import Schema
from pos.journal import Journal

BLOCKS, BLOCK, PROGRAM = 128, 4096, 32
PAYLOAD = 200
PER_RECEIPT = 4  # records in a batch of 1 KiB
RECORD = Schema("bench", 9, "kind:u8 epoch:u32 seq:u32 at_s:u32 body:bytes180")


class CountedFlash:
    """Flash in memory with MicroPython's extended block interface; counts what wears it."""

    def __init__(self):
        self.memory = bytearray(b"\xff" * BLOCK * BLOCKS)
        self.view = memoryview(self.memory)
        self.ones = b"\xff" * BLOCK
        self.erases = self.programmed = 0

    def readblocks(self, block, buf, offset=0):
        start = block * BLOCK + offset
        buf[:] = self.view[start : start + len(buf)]
        return 0

    def writeblocks(self, block, buf, offset=None):
        if offset is None:
            offset = 0
            for i in range(len(buf) // BLOCK):
                self.ioctl(6, block + i)
        start = block * BLOCK + offset
        self.view[start : start + len(buf)] = buf
        self.programmed += len(buf)
        return 0

    def ioctl(self, operation, argument):
        if operation == 6:
            start = argument * BLOCK
            self.view[start : start + BLOCK] = self.ones
            self.erases += 1
        return {4: BLOCKS, 5: BLOCK}.get(operation, 0)


def journal(flash, rounds, per_receipt):
    Journal.format(flash, "BENCH001", 1)
    log = Journal(flash)
    log.recover()
    flash.erases = flash.programmed = 0
    values = [9, 0, 0, 1700000000, bytes(180)]
    for i in range(1, rounds + 1):
        log.append(RECORD, values)
        if i % per_receipt == 0:
            log.retire(i)


def littlefs(flash, rounds):
    vfs.VfsLfs2.mkfs(flash, readsize=PROGRAM, progsize=PROGRAM, lookahead=PROGRAM)
    system = vfs.VfsLfs2(flash, readsize=PROGRAM, progsize=PROGRAM, lookahead=PROGRAM)
    flash.erases = flash.programmed = 0
    record = bytes(PAYLOAD)
    file = system.open("/journal", "ab")
    for _ in range(rounds):
        file.write(record)
        file.flush()
    file.close()


def main(what, rounds):
    flash = CountedFlash()
    if what == "littlefs":
        littlefs(flash, rounds)
    elif what != "nothing":
        journal(flash, rounds, 1 if what == "receipt-each" else PER_RECEIPT)
    print(json.dumps({"erases": flash.erases, "programmed": flash.programmed, "payload": rounds * PAYLOAD}))


assert RECORD.size == PAYLOAD, RECORD.size
main(sys.argv[1], int(sys.argv[2]))
