# SPDX-License-Identifier: MIT
"""AES-CMAC (RFC 4493, NIST SP 800-38B): CBC-MAC in one context that keeps its key schedule, and the subkeys."""

from pos.compat import aes_cbc, const
from pos.crypto.xor import xor_into

_BLOCK = const(16)
_CHUNK = const(256)


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
        self._out = self._scratch  # as much of it as the last chunk took
        self._encrypt(self._block, self._chain)
        self._k1 = _double(self._chain)
        self._k2 = _double(self._k1)

    def mac(self, message):
        """16 bytes over `message` (bytes-like)."""
        block, chain = self._block, self._chain
        size = len(message)
        last = size - 1 & -_BLOCK if size else 0
        whole = last + _BLOCK == size
        subkey = self._k1 if whole else self._k2
        if last:
            block[:] = chain  # takes the last message's end out of the chain
            xor_into(block, message, 0, _BLOCK)
            self._encrypt(block, chain)
            if last > _BLOCK:
                self._middle(message, last)
            block[:] = subkey
        else:
            block[:] = subkey
            xor_into(block, chain, 0, _BLOCK)
        xor_into(block, message, last, size - last)
        if not whole:
            block[size - last] ^= 0x80
        self._encrypt(block, chain)
        return bytes(chain)

    def _middle(self, message, end):
        """Whole blocks from the second up to `end`; the context remembers the last."""
        view, out = memoryview(message), self._out
        for at in range(_BLOCK, end, _CHUNK):
            size = min(_CHUNK, end - at)
            if len(out) != size:
                out = self._out = self._scratch[:size]
            self._encrypt(view[at : at + size], out)


def cmac(key, message):
    """16 bytes of AES-CMAC; for many messages under one key use `Cmac`."""
    return Cmac(key).mac(message)
