# SPDX-License-Identifier: MIT
"""CBOR decoder (RFC 8949 section 3): every length is checked against the bytes there are before anything is built.

Each function takes the buffer and a position and returns (value, position behind it).
"""

import struct

from pos.codec.cbor_types import Simple, Tagged
from pos.codec.text import decode_utf8

_BREAK = 0xFF
_INDEFINITE = -1
_WIDTHS = {24: (1, ">B"), 25: (2, ">H"), 26: (4, ">I"), 27: (8, ">Q")}
_FLOATS = {25: ">e", 26: ">f", 27: ">d"}
_CONSTANTS = {20: False, 21: True, 22: None, 23: None}


def _head(buf, at):
    """(major, additional information, argument or _INDEFINITE, position behind the head)."""
    if at >= len(buf):
        raise ValueError("CBOR: ends too early")
    major, info = buf[at] >> 5, buf[at] & 0x1F
    at += 1
    if info < 24:
        return major, info, info, at
    if info == 31 and major in (2, 3, 4, 5):
        return major, info, _INDEFINITE, at
    if info not in _WIDTHS:
        raise ValueError("CBOR: reserved or misplaced head")
    width, code = _WIDTHS[info]
    if at + width > len(buf):
        raise ValueError("CBOR: ends too early")
    return major, info, struct.unpack_from(code, buf, at)[0], at + width


def decode_item(buf, at, depth):
    """The item at `at` and the position behind it; `depth` more levels may be opened."""
    major, info, argument, at = _head(buf, at)
    if major == 0:
        return argument, at
    if major == 1:
        return -1 - argument, at
    if major < 4:
        return _string(buf, major, argument, at)
    if major == 7:
        return _simple_or_float(buf, info, argument, at)
    if depth <= 0:
        raise ValueError("CBOR: nested too deep")
    if major == 4:
        return _array(buf, argument, at, depth - 1)
    if major == 5:
        return _map(buf, argument, at, depth - 1)
    return _tagged(buf, argument, at, depth - 1)


def _string(buf, major, length, at):
    if length == _INDEFINITE:
        raw, at = _chunks(buf, major, at)
    elif length > len(buf) - at:
        raise ValueError("CBOR: string longer than the buffer")
    else:
        raw, at = bytes(buf[at : at + length]), at + length
    return (raw if major == 2 else decode_utf8(raw)), at


def _chunks(buf, wanted, at):
    """Bytes of an indefinite-length string: definite chunks of the same type, each text well-formed."""
    whole = bytearray()
    while not _at_break(buf, at):
        major, _, length, at = _head(buf, at)
        if major != wanted or length == _INDEFINITE:
            raise ValueError("CBOR: wrong chunk in a string")
        _, end = _string(buf, major, length, at)
        whole.extend(buf[at:end])
        at = end
    return bytes(whole), at + 1


def _at_break(buf, at):
    if at >= len(buf):
        raise ValueError("CBOR: ends too early")
    return buf[at] == _BREAK


def _more(buf, at, left):
    """Is there another element? Counts down a definite length, looks for the break of an indefinite one."""
    return not _at_break(buf, at) if left < 0 else left > 0


def _array(buf, length, at, depth):
    if length > len(buf) - at:
        raise ValueError("CBOR: array longer than the buffer")
    items = []
    while _more(buf, at, length):
        item, at = decode_item(buf, at, depth)
        items.append(item)
        length -= length > 0
    return items, at + (length < 0)


def _map(buf, length, at, depth):
    if length > (len(buf) - at) >> 1:
        raise ValueError("CBOR: map longer than the buffer")
    pairs = {}
    while _more(buf, at, length):
        key, at = decode_item(buf, at, depth)
        key = _hashable(key)
        if key in pairs:
            raise ValueError("CBOR: duplicate key")
        pairs[key], at = decode_item(buf, at, depth)
        length -= length > 0
    return pairs, at + (length < 0)


def _hashable(key):
    """A map key that Python can hash: an array becomes a tuple; a map cannot be a key here."""
    if isinstance(key, list):
        return tuple([_hashable(item) for item in key])
    if isinstance(key, dict) or (isinstance(key, Tagged) and isinstance(key.value, (list, dict))):
        raise ValueError("CBOR: unsupported key")
    return key


def _tagged(buf, tag, at, depth):
    value, at = decode_item(buf, at, depth)
    if tag not in (2, 3):
        return Tagged(tag, value), at
    if not isinstance(value, bytes):
        raise ValueError("CBOR: bignum is not a byte string")
    number = int.from_bytes(value, "big")  # section 3.4.3
    return (number if tag == 2 else -1 - number), at


def _simple_or_float(buf, info, argument, at):
    if info in _CONSTANTS:
        return _CONSTANTS[info], at
    if info in _FLOATS:
        width = 1 << (info - 24)
        return struct.unpack_from(_FLOATS[info], buf, at - width)[0], at
    if info == 24 and argument < 32:
        raise ValueError("CBOR: two-byte form of a short simple value")
    return Simple(argument), at
