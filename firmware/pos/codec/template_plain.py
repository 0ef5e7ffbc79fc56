# SPDX-License-Identifier: MIT
"""Plain twin of `template_native`, for CPython and ports without a native emitter.

Both take a layout: the heads (array and kind, then each field), the size of a record, and what was read last.
Both return 0, or 1 + position of the first field that is wrong, or -1 where the buffer is too small.
"""

import struct

from pos.codec.text import decode_utf8

U8, U64, TEXT = 0x18, 0x1B, 0x78  # initial bytes (RFC 8949 section 3) of fixed-width heads; bytes: 0x58
KIND = 3  # bytes of the array's head and the kind
WRONG = (ValueError, TypeError, AttributeError, getattr(struct, "error", ValueError))
_BYTES = (bytes, bytearray)
_forms = {}  # by the heads: what was worked out from them


def _form(heads):
    """(struct's format of a record: heads and values by turns, [(head, bytes of the value)])."""
    if heads not in _forms:
        form, fields, at = ">3s", [], KIND
        while at < len(heads):
            if heads[at] <= U64:
                length, width = 1, 1 << heads[at] - U8
                form += "1s" + "BHIQ"[heads[at] - U8]
            else:
                length, width = 2, heads[at + 1]
                form += "2s%ds" % width
            fields.append((heads[at : at + length], width))
            at += length
        _forms[heads] = form, fields
    return _forms[heads]


def pack(buf, offset, layout, values):
    """Put `values` at `offset`."""
    heads, size, _ = layout
    if not 0 <= offset <= len(buf) - size:
        return -1
    if len(values) != heads[0] & 0x1F or values[0] != heads[2]:
        return 1
    form, fields = _form(heads)
    packed = [heads[:KIND]]
    for i, (head, width) in enumerate(fields, 1):
        try:
            packed += head, _packed(head[0], width, values[i])
        except WRONG:
            return i + 1
    struct.pack_into(form, buf, offset, *packed)
    return 0


def _packed(initial, width, value):
    """The value as struct takes it; one of WRONG when it does not fit."""
    if initial <= U64:
        if not 0 <= value < 1 << 8 * width:
            raise ValueError
        return value | 0  # TypeError for 1.0
    raw = _text(value) if initial == TEXT else value
    if not isinstance(raw, _BYTES) or len(raw) > width or (len(raw) < width and initial != TEXT):
        raise ValueError
    return raw


def _text(value):
    if "\0" in value:
        raise ValueError
    return value.encode()


def unpack(buf, offset, layout, values):
    """Fill `values`, in which the kind stands."""
    heads, size, _ = layout
    if not 0 <= offset <= len(buf) - size:
        return -1
    form, fields = _form(heads)
    found = struct.unpack_from(form, buf, offset)
    if found[0] != heads[:KIND]:
        return 1
    for i, (head, _) in enumerate(fields, 1):
        if found[2 * i - 1] != head:
            return i + 1
        try:
            values[i] = _read(found[2 * i]) if head[0] == TEXT else found[2 * i]
        except ValueError:
            return i + 1
    return 0


def _read(raw):
    """The text of a field; ValueError when it holds none."""
    text = raw.rstrip(b"\0")
    if b"\0" in text:
        raise ValueError
    return decode_utf8(text)


def prepare(size):
    """Nothing: struct's formats are made when packing."""
