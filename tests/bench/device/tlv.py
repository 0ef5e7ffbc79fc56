# SPDX-License-Identifier: MIT
"""Device side: tlv.py WHAT ROUNDS. Takes apart a card's record of 178 bytes ROUNDS times: scan, slices or nothing.

Prints {"us": per round, "nothing_allocated": True where a round runs under a locked heap}.
"""

import json
import sys

from rounds import allocates_nothing, us

from pos.cards import tlv
from pos.compat import MICROPYTHON

# A record of an application: dates, number, usage control, lists of methods and data, issuer action codes, country.
RECORD = tlv.build(
    (0x5F25, bytes(3)),
    (0x5F24, bytes(3)),
    (0x5A, bytes(8)),
    (0x5F34, bytes(1)),
    (0x9F07, bytes(2)),
    (0x8E, bytes(16)),
    (0x9F0D, bytes(5)),
    (0x9F0E, bytes(5)),
    (0x9F0F, bytes(5)),
    (0x5F28, bytes(2)),
    (0x8C, bytes(27)),
    (0x8D, bytes(23)),
    (0x9F4A, bytes(1)),
    (0x57, bytes(19)),
    (0x5F20, bytes(18)),
)


def sliced(data):
    """How a parser reads that cuts what it has read off its input: [(tag, value), …]."""
    found = []
    while data:
        if data[0] == 0:
            data = data[1:]
            continue
        size = 1
        if data[0] & 0x1F == 0x1F:
            while data[size] & 0x80:
                size += 1
            size += 1
        tag, data = int.from_bytes(data[:size], "big"), data[size:]
        length, data = data[0], data[1:]
        if length > 0x7F:
            size = length & 0x7F
            length, data = int.from_bytes(data[:size], "big"), data[size:]
        if length > len(data):
            raise ValueError("malformed TLV")
        found.append((tag, data[:length]))
        data = data[length:]
    return found


def work(what):
    if what == "scan":
        return lambda _number: tlv.scan(RECORD, 0, 178, 0, tlv._TABLE, 16, tlv._ENDS)
    if what == "slices":
        return lambda _number: sliced(RECORD)
    return lambda _number: None


def main(what, rounds):
    assert len(RECORD) == 178 and len(sliced(RECORD)) == len(tlv.parse(RECORD))
    job = work(what)
    print(json.dumps({"us": us(job, rounds), "nothing_allocated": MICROPYTHON and allocates_nothing(job)}))


main(sys.argv[1], int(sys.argv[2]))
