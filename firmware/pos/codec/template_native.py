# SPDX-License-Identifier: MIT
# mypy: ignore-errors
# ruff: noqa: F821
"""Viper twin of `template_plain`: the same result, machine code (MicroPython only).

A call costs as much as a field, so each way is one function. In viper a number is no object, and a global costs what a
whole tuple does: so what is called stands in one.
"""

import struct

import micropython
import uctypes

from pos.codec.text import check_utf8

_FORMATS = {}  # struct's, by size, made beforehand: packing allocates nothing
_PACKING = (0, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF, str.find, "\0", isinstance, (bytes, bytearray), len,
            struct.pack_into, _FORMATS)  # fmt: skip
_UNPACKING = len, uctypes.bytes_at, int.from_bytes, str, check_utf8


@micropython.viper
def pack(target, at: int, layout, values) -> int:
    zero, word, largest, find, nul, is_a, byte_types, length, put, formats = _PACKING
    heads_of_all, record, _ = layout
    if at < 0 or at + int(record) > int(length(target)):
        return -1
    buf = ptr8(target)
    heads = ptr8(heads_of_all)
    count = int(heads[0]) & 0x1F
    i = 1
    try:
        if int(length(values)) != count or int(values[0]) != int(heads[2]):
            return i
        buf[at] = heads[0]
        buf[at + 1] = heads[1]
        buf[at + 2] = heads[2]
        at += 3
        head = 3
        while i < count:
            value = values[i]
            i += 1
            initial = int(heads[head])
            buf[at] = initial
            head += 1
            at += 1
            if initial < 0x1C:  # u8 to u64
                if value < zero:
                    return i
                if value > word:  # more than a machine word may hold
                    if initial != 0x1B or value > largest:
                        return i
                    put(">Q", target, at, value)
                    at += 8
                    continue
                number = uint(value)
                if initial == 0x1B:
                    buf[at] = buf[at + 1] = buf[at + 2] = buf[at + 3] = 0
                    at += 4
                if initial >= 0x1A:
                    buf[at] = number >> 24
                    buf[at + 1] = number >> 16
                    at += 2
                elif number >> 16 or (initial == 0x18 and number >> 8):
                    return i
                if initial >= 0x19:
                    buf[at] = number >> 8
                    at += 1
                buf[at] = number
                at += 1
                continue
            size = int(heads[head])
            buf[at] = size
            head += 1
            at += 1
            end = at + size
            if initial == 0x58:  # bytes
                if not is_a(value, byte_types) or int(length(value)) != size:
                    return i
                put(formats[size], target, at, value)
                at = end
                continue
            if int(find(value, nul)) >= 0:  # TypeError for anything but text
                return i
            text = ptr8(value)
            j = 0
            while at < end and text[j]:
                buf[at] = text[j]
                at += 1
                j += 1
            if text[j]:
                return i
            while at < end:
                buf[at] = 0
                at += 1
    except TypeError:
        return i
    return 0


def prepare(size):
    """Byte strings of `size` bytes will be packed."""
    _FORMATS[size] = "%ds" % size


@micropython.viper
def unpack(source, at: int, layout, values) -> int:
    length, bytes_at, number_of, text_of, check = _UNPACKING
    heads_of_all, record, last = layout
    if at < 0 or at + int(record) > int(length(source)):
        return -1
    buf = ptr8(source)
    heads = ptr8(heads_of_all)
    if buf[at] != heads[0] or buf[at + 1] != heads[1] or buf[at + 2] != heads[2]:
        return 1
    at += 3
    count = int(heads[0]) & 0x1F
    head = 3
    i = 1
    while i < count:
        initial = int(heads[head])
        if int(buf[at]) != initial:
            return i + 1
        head += 1
        at += 1
        if initial < 0x1C:  # u8 to u64
            end = at + (1 << (initial & 3))
            if initial == 0x1B and buf[at] | buf[at + 1] | buf[at + 2] | buf[at + 3]:
                values[i] = number_of(bytes_at(uint(buf) + uint(at), 8), "big")
                at = end
            else:
                number = uint(0)
                while at < end:
                    number = number << 8 | uint(buf[at])
                    at += 1
                values[i] = number
            i += 1
            continue
        size = int(heads[head])
        if int(buf[at]) != size:
            return i + 1
        head += 1
        at += 1
        end = at + size
        if initial == 0x58:  # bytes
            values[i] = bytes_at(uint(buf) + uint(at), size)
            at = end
            i += 1
            continue
        known = ptr8(values[i])  # the text read last here: equal bytes need no new object
        start = at
        j = 0
        while at < end and buf[at] and buf[at] == known[j]:
            at += 1
            j += 1
        if known[j] or (at < end and buf[at]):  # another one
            high = 0
            at = start
            while at < end and buf[at]:
                high |= int(buf[at])
                at += 1
            raw = bytes_at(uint(buf) + uint(start), at - start)
            values[i] = text_of(raw, "utf-8")
            if high > 0x7F:  # ASCII needs no second look
                check(raw)
            last[i] = values[i]
        while at < end:
            if buf[at]:
                return i + 1
            at += 1
        i += 1
    return 0
