# SPDX-License-Identifier: MIT
"""CBOR encoder: shortest heads, shortest floats, map keys sorted by their bytes (RFC 8949 section 4.2.1)."""

import struct

from pos.codec.cbor_types import Simple, Tagged

_FLOATS = ((0xF9, ">e"), (0xFA, ">f"), (0xFB, ">d"))
_BYTES = (bytes, bytearray, memoryview)


def put_head(out, major, argument):
    """Append the head of `major` (0-7) with the shortest form of `argument` (below 2^64)."""
    major <<= 5
    if argument < 24:
        out.append(major | argument)
    elif argument < 0x100:
        out.extend(struct.pack(">BB", major | 24, argument))
    elif argument < 0x10000:
        out.extend(struct.pack(">BH", major | 25, argument))
    elif argument < 0x100000000:
        out.extend(struct.pack(">BI", major | 26, argument))
    else:
        out.extend(struct.pack(">BQ", major | 27, argument))


def encode_item(out, obj, depth):
    """Append `obj` to the bytearray `out`; ValueError when it has no CBOR form here or nests too deep."""
    if obj is None or obj is True or obj is False:
        out.append(0xF6 if obj is None else 0xF5 if obj else 0xF4)
    elif isinstance(obj, int):
        _integer(out, obj)
    elif isinstance(obj, str):
        raw = _utf8(obj)
        put_head(out, 3, len(raw))
        out.extend(raw)
    elif isinstance(obj, _BYTES):
        put_head(out, 2, len(obj))
        out.extend(obj)
    elif isinstance(obj, float):
        _float(out, obj)
    elif isinstance(obj, Simple):
        _simple(out, obj.value)
    else:
        _container(out, obj, depth)


def _container(out, obj, depth):
    if depth <= 0:
        raise ValueError("CBOR: nested too deep")
    if isinstance(obj, Tagged):
        put_head(out, 6, obj.tag)
        encode_item(out, obj.value, depth - 1)
    elif isinstance(obj, (list, tuple)):
        put_head(out, 4, len(obj))
        for item in obj:
            encode_item(out, item, depth - 1)
    elif isinstance(obj, dict):
        _map(out, obj, depth - 1)
    else:
        raise ValueError("CBOR: cannot encode " + type(obj).__name__)


def _map(out, obj, depth):
    pairs = []
    for key in obj:
        encoded = bytearray()
        encode_item(encoded, key, depth)
        pairs.append((bytes(encoded), key))
    pairs.sort(key=lambda pair: pair[0])
    put_head(out, 5, len(pairs))
    for encoded, key in pairs:
        out.extend(encoded)
        encode_item(out, obj[key], depth)


def _integer(out, number):
    major, argument = (0, number) if number >= 0 else (1, -1 - number)
    if argument < 0x10000000000000000:
        put_head(out, major, argument)
        return
    size = 8
    while argument >> (8 * size):
        size += 1
    put_head(out, 6, 2 + major)  # bignum, section 3.4.3
    put_head(out, 2, size)
    out.extend(argument.to_bytes(size, "big"))


def _float(out, number):
    if number != number:
        out.extend(b"\xf9\x7e\x00")
        return
    for initial, code in _FLOATS:
        try:
            packed = struct.pack(code, number)
        except OverflowError:  # CPython: beyond this width
            continue
        if struct.unpack(code, packed)[0] == number:
            out.append(initial)
            out.extend(packed)
            return


def _simple(out, value):
    if not 0 <= value < 256 or 20 <= value < 32:
        raise ValueError("CBOR: no simple value")
    put_head(out, 7, value)


def _utf8(text):
    try:
        return text.encode()
    except UnicodeError:
        raise ValueError("CBOR: text is not Unicode") from None
