# SPDX-License-Identifier: MIT
"""Runs on any runtime: a check sum over what `scan` makes of as many inputs as asked, the same on each of them."""

import sys
from array import array
from binascii import crc32

BYTES = b"\x00\x1f\x5a\x5f\x6f\x70\x7f\x80\x81\x82\x84\x85\x9f\xff\x01\x02\x03\x04\xa5\x00"
ROOM = 8


def told(scan, count, crc=crc32):
    """Results, and the places found, one level and through templates."""
    seed, total = 1, 0
    table, ends, raw = array("I", bytes(12 * ROOM)), array("I", bytes(16)), bytearray(16)
    for number in range(count):
        size = number % 17
        for i in range(size):
            seed = (seed * 1103515245 + 12345) & 0x3FFFFFFF
            raw[i] = BYTES[(seed >> 12) % len(BYTES)]
        for wanted in (0, 1, 0x5A):
            found = scan(raw, 0, size, wanted, table, ROOM, ends)
            total = crc(b"%d" % found, total)
            for i in range(3 * max(found, 0)):
                total = crc(b"%d" % table[i], total)
    return total


if __name__ == "__main__":
    from pos.cards.tlv import scan

    print(told(scan, int(sys.argv[1])))
    print("native" if "pos.cards.tlv_native" in sys.modules else "plain")
