# SPDX-License-Identifier: MIT
"""Retail MAC: ISO/IEC 9797-1 MAC algorithm 3 with DES (ANSI X9.19), padding methods 1 and 2."""

from pos.crypto.cbc_mac import chain
from pos.crypto.des import BLOCK, Tdes


def retail_mac(key, message, padding=1, size=8):
    """`size` bytes, 4 to 8, under a key of 16. Padding 1: zeros; 2: a set bit, then zeros."""
    if len(key) != 16 or not 4 <= size <= 8:
        raise ValueError("MAC: key of 16 bytes and 4 to 8 bytes of result wanted")
    first, second = Tdes(key[:BLOCK]), Tdes(key[BLOCK:])
    state = chain(first, BLOCK, message, padding)
    second.decrypt(state)
    first.encrypt(state)
    first.wipe()
    second.wipe()
    return bytes(state[:size])
