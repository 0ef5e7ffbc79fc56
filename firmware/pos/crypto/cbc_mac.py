# SPDX-License-Identifier: MIT
"""The chain of block cipher MACs (ISO/IEC 9797-1, MAC algorithms 1 and 3) with its padding methods 1 and 2."""

from pos.crypto.xor import xor_into


def chain(cipher, block, message, padding):
    """The last block, a bytearray of `block` bytes, of a cipher that enciphers in place.

    Padding 1: zeros; 2: a set bit, then zeros.
    """
    if padding not in (1, 2):
        raise ValueError("MAC: padding 1 or 2 wanted")
    state, size = bytearray(block), len(message)
    whole = size - size % block
    for at in range(0, whole, block):
        xor_into(state, message, at, block)
        cipher.encrypt(state)
    if padding == 2 or whole < size or not size:
        xor_into(state, message, whole, size - whole)
        if padding == 2:
            state[size - whole] ^= 0x80
        cipher.encrypt(state)
    return state
