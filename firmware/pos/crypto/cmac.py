# SPDX-License-Identifier: MIT
"""AES-CMAC (RFC 4493, NIST SP 800-38B): CBC-MAC in one context that keeps its key schedule, and the subkeys."""

from pos.compat import aes_cbc
from pos.crypto.xor import xor_into

_BLOCK = 16
_CHUNK = 256


def _double(block):
    """Multiply by x in GF(2^128): subkey generation, RFC 4493 section 2.3."""
    number = int.from_bytes(block, "big") << 1
    if number >> 128:
        number ^= (1 << 128) | 0x87
    return number.to_bytes(_BLOCK, "big")


class Cmac:
    """CMAC under one key; `mac` may be called any number of times. `cbc`: another cipher's context of blocks of 16."""

    def __init__(self, key, cbc=aes_cbc):
        self._encrypt = cbc(key).encrypt
        self._chain = bytearray(_BLOCK)  # what the context adds to its next block
        self._block = bytearray(_BLOCK)
        self._scratch = memoryview(bytearray(_CHUNK))
        self._encrypt(self._block, self._chain)
        self._k1 = _double(self._chain)
        self._k2 = _double(self._k1)

    def mac(self, message):
        """16 bytes over `message` (bytes-like)."""
        size = len(message)
        last = max(0, (size - 1) // _BLOCK * _BLOCK)
        if last:
            self._load(self._chain, message, 0, _BLOCK)  # takes the last message's end out of the chain
            self._encrypt(self._block, self._chain)
            self._middle(message, last)
            self._load(bytes(_BLOCK), message, last, size - last)
        else:
            self._load(self._chain, message, 0, size)
        self._pad(size - last)
        self._encrypt(self._block, self._chain)
        return bytes(self._chain)

    def _load(self, start, message, at, size):
        self._block[:] = start
        xor_into(self._block, message, at, size)

    def _middle(self, message, last):
        view = memoryview(message)
        for at in range(_BLOCK, last, _CHUNK):
            size = min(_CHUNK, last - at)
            self._encrypt(view[at : at + size], self._scratch[:size])
            self._chain[:] = self._scratch[size - _BLOCK : size]

    def _pad(self, size):
        if size < _BLOCK:
            self._block[size] ^= 0x80
        xor_into(self._block, self._k1 if size == _BLOCK else self._k2, 0, _BLOCK)


def cmac(key, message):
    """16 bytes of AES-CMAC; for many messages under one key use `Cmac`."""
    return Cmac(key).mac(message)
