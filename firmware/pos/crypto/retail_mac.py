# SPDX-License-Identifier: MIT
"""Retail MAC: ISO/IEC 9797-1 MAC algorithm 3 with DES (ANSI X9.19), padding methods 1 and 2."""

from pos.crypto.des import BLOCK, Tdes
from pos.crypto.xor import xor_into


def retail_mac(key, message, padding=1, size=8):
    """`size` bytes, 4 to 8, under a key of 16. Padding 1: zeros; 2: a set bit, then zeros."""
    if len(key) != 16 or padding not in (1, 2) or not 4 <= size <= 8:
        raise ValueError("retail MAC: key of 16 bytes, padding 1 or 2, 4 to 8 bytes of MAC")
    first, state = Tdes(key[:BLOCK]), bytearray(BLOCK)
    length = len(message)
    whole = length - length % BLOCK
    for at in range(0, whole, BLOCK):
        xor_into(state, message, at, BLOCK)
        first.encrypt(state)
    if padding == 2 or whole < length or not length:
        xor_into(state, message, whole, length - whole)
        if padding == 2:
            state[length - whole] ^= 0x80
        first.encrypt(state)
    _last(key, state)
    return bytes(state[:size])


def _last(key, state):
    """Decipher under the second half, encipher under the first."""
    Tdes(key[BLOCK:]).decrypt(state)
    Tdes(key[:BLOCK]).encrypt(state)
