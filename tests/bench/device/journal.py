# SPDX-License-Identifier: MIT
"""Device side: journal.py WHAT FLASH ROUNDS. Appends ROUNDS durable records of 200 bytes to 512 KiB of flash.

WHAT: append (no receipts), journal (a receipt for each 4), receipt-each, littlefs, nothing, or a part of an append:
encode, seal, program, device, chain. FLASH: counted, which prints {"erases", "programmed", "calls"}, or plain, for
counting instructions. Ours is given fields, checks and encodes them; littlefs is given the bytes: one file, written
and flushed for each record, at an ESP32's default geometry.
"""

import json
import sys
from hashlib import sha256

from flash import CountedFlash, PlainFlash

from pos.codec.schema import Schema
from pos.journal import Journal

PROGRAM = 32
PAYLOAD = 200
PER_RECEIPT = {"append": 1 << 20, "journal": 4, "receipt-each": 1}  # 4: a batch of 1 KiB
RECORD = Schema("bench", 9, "kind:u8 epoch:u32 seq:u32 at_s:u32 body:bytes180")


def journal(flash, rounds, per_receipt):
    Journal.format(flash, "BENCH001", 1)
    log = Journal(flash)
    log.recover()
    yield
    values = [9, 0, 0, 1700000000, bytes(180)]
    for i in range(1, rounds + 1):
        log.append(RECORD, values)
        if i % per_receipt == 0:
            log.retire(i)


def part(flash, what):
    """One step of an append, to be repeated by itself."""
    writer = Journal(flash)._writer
    values, chain = [9, 0, 0, 1700000000, bytes(180)], sha256()
    frame = writer._record.seal(0, 1, PAYLOAD)
    steps = {
        "encode": lambda: RECORD.pack_into(writer.frame, 12, values),
        "seal": lambda: writer._record.seal(0, 1, PAYLOAD),
        "program": lambda: writer._flash.program(9, 0, frame),
        "chain": lambda: chain.update(frame.view),
    }
    return steps.get(what) or (lambda: through(flash, frame))


def through(flash, frame):
    flash.writeblocks(9, frame.view, 0)
    flash.ioctl(3, 0)
    flash.readblocks(9, frame.check, 0)


def repeat(step, rounds):
    yield
    for _ in range(rounds):
        step()


def littlefs(flash, rounds):
    import vfs

    vfs.VfsLfs2.mkfs(flash, readsize=PROGRAM, progsize=PROGRAM, lookahead=PROGRAM)
    system = vfs.VfsLfs2(flash, readsize=PROGRAM, progsize=PROGRAM, lookahead=PROGRAM)
    record = bytes(PAYLOAD)
    file = system.open("/journal", "ab")
    yield
    for _ in range(rounds):
        file.write(record)
        file.flush()


def work(what, flash, rounds):
    if what == "littlefs":
        return littlefs(flash, rounds)
    if what in PER_RECEIPT:
        return journal(flash, rounds, PER_RECEIPT[what])
    return repeat((lambda: None) if what == "nothing" else part(flash, what), rounds)


def main(what, kind, rounds):
    flash = CountedFlash() if kind == "counted" else PlainFlash()
    run = work(what, flash, rounds)
    next(run)
    flash.erases = flash.programmed = flash.calls = 0
    for _ in run:
        pass
    print(json.dumps({"erases": flash.erases, "programmed": flash.programmed, "calls": flash.calls}))


assert RECORD.size == PAYLOAD, RECORD.size
main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
