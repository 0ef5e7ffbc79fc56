# SPDX-License-Identifier: MIT
"""Device side: codec.py WHAT ROUNDS [PEERS-FOLDER]. Runs one way of encoding or decoding a sale record ROUNDS times.

Prints {"us": per round, "allocated": bytes per round}. WHAT: encode, decode, generic-encode, generic-decode,
peer-encode, peer-decode, nothing.
"""

import gc
import json
import sys

from pos.codec import cbor, records
from pos.compat import MICROPYTHON, mem_used, ticks_diff, ticks_us

if MICROPYTHON:
    from micropython import heap_lock, heap_unlock

VALUES = [2, 1, 123456, 1700000000, 654321, 17, 1234, 123456, "CNY", "01", "S", "UNIONPAY"]
VALUES += ["622848******1234", 741, bytes(range(112))]


def work(what):
    schema, target = records.SALE, bytearray(512)
    schema.pack_into(target, 0, VALUES)
    record = bytes(target[: schema.size])
    if what == "encode":
        return lambda: schema.pack_into(target, 0, VALUES)
    if what == "decode":
        return lambda: schema.unpack_from(record, 0)
    if what == "generic-encode":
        return lambda: cbor.dumps(VALUES)
    if what == "generic-decode":
        return lambda: cbor.loads(record)
    if what == "nothing":
        return lambda: None
    import cbor2

    if what == "peer-encode":
        return lambda: cbor2.dumps(VALUES)
    return lambda: cbor2.loads(record)


def allocated(job):
    """Bytes that one round leaves on the heap, from the best of five; None where it cannot be told."""
    best = None
    for _ in range(5):
        gc.collect()
        gc.disable()
        before = mem_used()
        job()
        used = mem_used() - before
        gc.enable()
        best = used if best is None else min(best, used)
    return best


def allocates_nothing(job):
    """True when one round runs under a locked heap."""
    heap_lock()
    try:
        job()
        return True
    except MemoryError:
        return False
    finally:
        heap_unlock()


def main(what, rounds):
    job = work(what)
    gc.collect()
    started = ticks_us()
    for _ in range(rounds):
        job()
    us = ticks_diff(ticks_us(), started) / rounds if rounds else 0
    nothing = allocates_nothing(job) if MICROPYTHON and what == "encode" else None
    print(json.dumps({"us": us, "allocated": 0 if nothing else allocated(job)}))


if len(sys.argv) > 3:
    sys.path.insert(0, sys.argv[3])
main(sys.argv[1], int(sys.argv[2]))
