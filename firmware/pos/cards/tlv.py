# SPDX-License-Identifier: MIT
"""BER-TLV of cards (EMV Book 3 annex B, ISO/IEC 7816-4 section 5.2.2): parsing, finding, building.

Tags of one to four bytes; definite lengths, short or long with one to four bytes behind 81 to 84. Bytes 00 between
objects are padding; FF is none (EMV specification update 69): it begins a tag.
"""

from array import array

try:
    from pos.cards.tlv_native import scan
except (ImportError, SyntaxError, AttributeError, ValueError):  # no native emitter here
    from pos.cards.tlv_plain import scan

_ROOM = 16  # objects that one scan takes
_TABLE = array("I", bytes(12 * _ROOM))
_ENDS = array("I", bytes(4 * 8))  # of the templates around an object; deeper ones are malformed
_NO_TAG = 0x1F  # its second byte is missing, so none is equal: `scan` walks through everything
START, LENGTH, BEGIN = 1, 2, 3  # of FOUND: value, its length, tag
FOUND = _TABLE  # where `find` leaves the place of a value


def parse(buf):
    """[(tag, value_start, value_length), …] of one level; ValueError when malformed."""
    found, at, end = [], 0, len(buf)
    while True:
        count = scan(buf, at, end, 0, _TABLE, _ROOM, _ENDS)
        if count < 0:
            raise ValueError("malformed TLV")
        for i in range(0, 3 * count, 3):
            found.append((_TABLE[i], _TABLE[i + 1], _TABLE[i + 2]))
        if count < _ROOM:
            return found
        at = found[-1][1] + found[-1][2]


def find(buf, tag, start=0, end=None):
    """True when an object has `tag`, in templates too; FOUND[START] and FOUND[LENGTH] then say where its value is,
    FOUND[BEGIN] where the object is. No object has tag 0.

    Allocates nothing; the place holds until the next call. ValueError when what stands before it is malformed.
    """
    count = scan(buf, start, len(buf) if end is None else end, tag or _NO_TAG, _TABLE, 1, _ENDS)
    if count < 0:
        raise ValueError("malformed TLV")
    return count == 1


def value(buf, tag):
    """Copy of the value with `tag`, in templates too; None when absent."""
    if not find(buf, tag):
        return None
    return bytes(buf[FOUND[START] : FOUND[START] + FOUND[LENGTH]])


def check(buf):
    """ValueError unless `buf` is well-formed through all its templates."""
    find(buf, _NO_TAG)


def head(tag, length):
    """Tag and length, as short as they can be."""
    size = 1 if tag < 0x100 else 2 if tag < 0x10000 else 3 if tag < 0x1000000 else 4
    tag = tag.to_bytes(size, "big")
    if length < 0x80:
        return tag + bytes((length,))
    size = 1 if length < 0x100 else 2 if length < 0x10000 else 3
    return tag + bytes((0x80 + size,)) + length.to_bytes(size, "big")


def build(*pairs):
    """Objects from (tag, value) pairs, in this order."""
    return b"".join([head(tag, len(content)) + bytes(content) for tag, content in pairs])
