# SPDX-License-Identifier: MIT
"""HMAC with SHA-256 (RFC 2104, RFC 4231); MicroPython has hashlib but no hmac module."""

from hashlib import sha256

_BLOCK = 64


def _keyed(key, byte):
    pad = bytearray(byte * _BLOCK)
    for i in range(len(key)):
        pad[i] ^= key[i]
    return sha256(pad)


class Hmac:
    """One message's HMAC: `update` piece by piece, then `digest` once."""

    def __init__(self, key):
        if len(key) > _BLOCK:
            key = sha256(key).digest()
        self._inner = _keyed(key, b"\x36")
        self._outer = _keyed(key, b"\x5c")

    def update(self, data):
        self._inner.update(data)

    def digest(self):
        """32 bytes; the object is spent."""
        self._outer.update(self._inner.digest())
        return self._outer.digest()


def hmac_sha256(key, message):
    """32 bytes of HMAC-SHA256."""
    mac = Hmac(key)
    mac.update(message)
    return mac.digest()
