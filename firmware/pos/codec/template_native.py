# SPDX-License-Identifier: MIT
# mypy: ignore-errors
# ruff: noqa: B015, F821
"""Viper twin of `template_plain`: the same result, machine code (MicroPython only).

In viper a number is no object, and a global costs twice what a member of a tuple does: so what `_put` compares and
calls stands in one. It is one function, for a call costs as much as a field.
"""

import struct

import micropython
from micropython import const

_FORMATS = {}  # struct's, by size, made beforehand: packing allocates nothing
_TOOLS = (0xFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF, 0, "", "\0", type, (bytes, bytearray), len,
          struct.pack_into, _FORMATS)  # fmt: skip
_WORD = const(2)  # places there; the first four are the largest u8 to u64
_ZERO = const(4)
_EMPTY = const(5)
_NUL = const(6)
_TYPE = const(7)
_BYTES = const(8)
_LEN = const(9)
_PACK = const(10)
_FORMAT = const(11)


@micropython.viper
def _put(buf: ptr8, at: int, target, heads: ptr8, values, count: int) -> int:
    tools = _TOOLS
    zero = tools[_ZERO]
    buf[at] = heads[0]
    at += 1
    head = 1
    i = 0
    while i < count:
        value = values[i]
        i += 1
        initial = heads[head]
        head += 1
        buf[at] = initial
        at += 1
        if initial < 0x1C:  # u8 to u64
            if value < zero or value > tools[initial - 0x18]:
                return i
            if initial == 0x1B:
                if value > tools[_WORD]:  # more than a machine word may hold
                    tools[_PACK](">Q", target, at, value)
                    at += 8
                    continue
                buf[at] = buf[at + 1] = buf[at + 2] = buf[at + 3] = 0
                at += 4
            number = int(value)
            if initial >= 0x1A:
                buf[at] = number >> 24
                buf[at + 1] = number >> 16
                at += 2
            if initial >= 0x19:
                buf[at] = number >> 8
                at += 1
            buf[at] = number
            at += 1
            continue
        size = heads[head]
        head += 1
        buf[at] = size
        at += 1
        if initial == 0x58:  # bytes
            if tools[_TYPE](value) not in tools[_BYTES] or int(tools[_LEN](value)) != size:
                return i
            tools[_PACK](tools[_FORMAT][size], target, at, value)
            at += size
            continue
        value in tools[_EMPTY]  # TypeError for anything but text
        if tools[_NUL] in value:
            return i
        source = ptr8(value)
        end = at + size
        j = 0
        while at < end:
            byte = source[j]
            if byte == 0:
                break
            buf[at] = byte
            at += 1
            j += 1
        if at == end and source[j] != 0:
            return i
        while at < end:
            buf[at] = 0
            at += 1
    return 0


@micropython.native
def pack(buf, offset, heads, values):
    try:
        return _put(buf, offset, buf, heads, values, len(values))
    except TypeError:
        return 1


def prepare(size):
    """Byte strings of `size` bytes will be packed."""
    _FORMATS[size] = "%ds" % size


@micropython.viper
def wrong_head(buf: ptr8, offset: int, image: ptr8, positions: ptr8, size: int) -> int:
    i = 0
    while i < size:
        at = positions[i] | positions[i + 1] << 8
        if buf[offset + at] != image[at]:
            return at + 1
        i += 2
    return 0
