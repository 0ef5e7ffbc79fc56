# SPDX-License-Identifier: MIT
# mypy: ignore-errors
# ruff: noqa: F821
"""Viper twin of `tlv_plain`: the same result, machine code (MicroPython only).

One function, for a call costs as much as an object of the card.
"""

import micropython


@micropython.viper
def _scan(
    buf: ptr8, at: int, end: int, wanted: int, table: ptr32, room: int, ends: ptr32, deepest: int
) -> int:
    count = 0
    depth = 0
    while count < room:
        while at == end:
            if depth == 0:
                return count
            depth -= 1
            end = ends[depth]
        first = buf[at]
        begin = at
        at += 1
        if first == 0:
            continue
        tag = first
        if first & 0x1F == 0x1F:
            size = 1
            byte = 0x80
            while byte & 0x80:
                if at >= end or size == 4:
                    return -1
                byte = buf[at]
                at += 1
                size += 1
                tag = tag << 8 | byte
        if at >= end:
            return -1
        length = buf[at]
        at += 1
        if length > 0x7F:
            size = length - 0x80
            if size == 0 or size > 4 or size > end - at:
                return -1
            if size == 4 and buf[at] > 0x3F:  # would be negative in a word of 32 bits
                return -1
            length = 0
            while size:
                length = length << 8 | buf[at]
                at += 1
                size -= 1
        if length > end - at:
            return -1
        if wanted == 0 or tag == wanted:
            i = 3 * count
            table[i] = tag
            table[i + 1] = at
            table[i + 2] = length
            count += 1
            if wanted:
                table[3] = begin
                return count
        elif first & 0x20:
            if depth == deepest:
                return -1
            ends[depth] = end
            depth += 1
            end = at + length
            continue
        at += length
    return count


@micropython.native
def scan(buf, at, end, wanted, table, room, ends):
    return _scan(buf, at, end, wanted, table, room, ends, len(ends))
