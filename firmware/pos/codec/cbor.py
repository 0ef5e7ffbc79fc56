# SPDX-License-Identifier: MIT
"""Generic CBOR (RFC 8949) for messages and foreign data; records use `schema` instead.

`dumps` writes the deterministic form of section 4.2.1. `loads` takes every well-formed item, indefinite
lengths included, and raises ValueError on anything malformed (section 5.3, appendix F).
"""

from pos.codec.cbor_decode import decode_item
from pos.codec.cbor_encode import encode_item
from pos.codec.cbor_types import MAX_DEPTH, Simple, Tagged

__all__ = ("MAX_DEPTH", "Simple", "Tagged", "dumps", "loads")


def dumps(obj):
    """`obj` as CBOR: None, bool, int, float, str, bytes-like, list, tuple, dict, Tagged, Simple."""
    out = bytearray()
    encode_item(out, obj, MAX_DEPTH)
    return bytes(out)


def loads(buf):
    """The one item that `buf` (bytes-like) holds; undefined becomes None, unknown tags Tagged."""
    value, end = decode_item(buf, 0, MAX_DEPTH)
    if end != len(buf):
        raise ValueError("CBOR: %d bytes after the end" % (len(buf) - end))
    return value
