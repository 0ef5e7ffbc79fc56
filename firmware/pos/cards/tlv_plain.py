# SPDX-License-Identifier: MIT
"""Plain twin of `tlv_native`, for CPython and ports without a native emitter."""


def _head(buf, at, end):
    """(tag, value start, value length, constructed) of the object at `at`; None when it is malformed."""
    first = tag = buf[at]
    at += 1
    if first & 0x1F == 0x1F:
        more = 0x80
        while more & 0x80:
            if at >= end or tag > 0xFFFFFF:
                return None
            more = buf[at]
            at += 1
            tag = tag << 8 | more
    if at >= end:
        return None
    length = buf[at]
    at += 1
    if length > 0x7F:
        size = length - 0x80
        if not 1 <= size <= 4 or size > end - at:
            return None
        length = int.from_bytes(buf[at : at + size], "big")
        at += size
    return None if length > end - at else (tag, at, length, first & 0x20)


def scan(buf, at, end, wanted, table, room, ends):
    """(tag, start, length) of objects into the words of `table`; how many, at most `room`; -1 when malformed.

    `wanted` 0: every object of this level. Else the first one with that tag, in templates too, to the depth of `ends`;
    a fourth word then says where its tag begins.
    """
    count = depth = 0
    while count < room:
        while at == end:
            if not depth:
                return count
            depth -= 1
            end = ends[depth]
        if not buf[at]:
            at += 1
            continue
        begin, head = at, _head(buf, at, end)
        if head is None:
            return -1
        tag, at, length, constructed = head
        if not wanted or tag == wanted:
            table[3 * count], table[3 * count + 1], table[3 * count + 2] = tag, at, length
            count += 1
            if wanted:
                table[3] = begin
                return count
        elif constructed:
            if depth == len(ends):
                return -1
            ends[depth] = end
            depth += 1
            end = at + length
            continue
        at += length
    return count
