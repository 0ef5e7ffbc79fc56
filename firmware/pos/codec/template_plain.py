# SPDX-License-Identifier: MIT
"""Plain twin of `template_native`, for CPython and ports without a native emitter; it also names what is wrong."""

import struct

U8, U64, TEXT = 0x18, 0x1B, 0x78  # initial bytes (RFC 8949 section 3) of fixed-width heads; bytes: 0x58
WRONG = (ValueError, TypeError, AttributeError, getattr(struct, "error", ValueError))
_BYTES = (bytes, bytearray)


def pack(buf, offset, heads, values):
    """0, or 1 + position of the first value that does not fit. `heads`: of the array, then of each field."""
    buf[offset] = heads[0]
    at, offset = 1, offset + 1
    for i in range(len(values)):
        try:
            at, offset = _field(buf, offset, heads, at, values[i])
        except WRONG:
            return i + 1
    return 0


def _field(buf, offset, heads, at, value):
    """Put one head and value; (position in `heads`, offset) of the next."""
    initial = heads[at]
    buf[offset] = initial
    if U8 <= initial <= U64:
        size = 1 << initial - U8
        if not 0 <= value < 1 << 8 * size:
            raise ValueError
        struct.pack_into(">" + "BHIQ"[initial - U8], buf, offset + 1, value)
        return at + 1, offset + 1 + size
    size = buf[offset + 1] = heads[at + 1]
    raw = _text(value) if initial == TEXT else value
    if type(raw) not in _BYTES or len(raw) > size or (len(raw) < size and initial != TEXT):
        raise ValueError
    struct.pack_into("%ds" % size, buf, offset + 2, raw)
    return at + 2, offset + 2 + size


def _text(value):
    if "\0" in value:
        raise ValueError
    return value.encode()


def wrong_head(buf, offset, image, positions, size):
    """1 + position of the first byte that differs from `image`, else 0. `positions`: `size` bytes, each two a u16."""
    for i in range(0, size, 2):
        at = positions[i] | positions[i + 1] << 8
        if buf[offset + at] != image[at]:
            return at + 1
    return 0


def prepare(size):
    """Nothing: struct's formats are made when packing."""
