# SPDX-License-Identifier: MIT
"""AES-CMAC (RFC 4493, NIST SP 800-38B). Key schedule and subkeys are kept; blocks are enciphered in place."""

from pos.compat import aes_ecb
from pos.crypto.xor import xor_into

_BLOCK = 16


def _double(block):
    """Multiply by x in GF(2^128): subkey generation, RFC 4493 section 2.3."""
    number = int.from_bytes(block, "big") << 1
    if number >> 128:
        number ^= (1 << 128) | 0x87
    return number.to_bytes(_BLOCK, "big")


class Cmac:
    """CMAC under one key; `mac` may be called any number of times."""

    def __init__(self, key):
        self._aes = aes_ecb(key)
        self._state = bytearray(_BLOCK)
        self._aes.encrypt(bytes(_BLOCK), self._state)
        self._k1 = _double(self._state)
        self._k2 = _double(self._k1)
        self._zero = bytes(_BLOCK)

    def mac(self, message):
        """16 bytes over `message` (bytes-like)."""
        state, encrypt = self._state, self._aes.encrypt
        xor_into(state, state, 0, _BLOCK)
        last = max(0, (len(message) - 1) // _BLOCK * _BLOCK)
        for at in range(0, last, _BLOCK):
            xor_into(state, message, at, _BLOCK)
            encrypt(state, state)
        size = len(message) - last
        xor_into(state, message, last, size)
        if size < _BLOCK:
            state[size] ^= 0x80
        xor_into(state, self._k1 if size == _BLOCK else self._k2, 0, _BLOCK)
        encrypt(state, state)
        return bytes(state)


def cmac(key, message):
    """16 bytes of AES-CMAC; for many messages under one key use `Cmac`."""
    return Cmac(key).mac(message)
