# SPDX-License-Identifier: MIT
"""Plain twin of `sha512_native`: one block of SHA-512 (FIPS 180-4, 6.4.2), for ports without a native emitter."""

import struct

_MASK = (1 << 64) - 1


def _rotated(word, by):
    return word >> by | word << (64 - by)


def _schedule(block):
    w = list(struct.unpack(">16Q", block))
    for t in range(16, 80):
        a, b = w[t - 15], w[t - 2]
        small0 = _rotated(a, 1) ^ _rotated(a, 8) ^ a >> 7
        small1 = _rotated(b, 19) ^ _rotated(b, 61) ^ b >> 6
        w.append((w[t - 16] + (small0 & _MASK) + w[t - 7] + (small1 & _MASK)) & _MASK)
    return w


def compress(state, block, k, room):
    """`state`: 8 words of 64 bits as 16 of 32, high ones first; `k`: the constants as bytes; `room` is not needed."""
    before = [state[i] << 32 | state[i + 1] for i in range(0, 16, 2)]
    a, b, c, d, e, f, g, h = before
    w = _schedule(block)
    for t in range(80):
        big1 = (_rotated(e, 14) ^ _rotated(e, 18) ^ _rotated(e, 41)) & _MASK
        one = h + big1 + (g ^ e & (f ^ g)) + struct.unpack_from(">Q", k, 8 * t)[0] + w[t]
        big0 = (_rotated(a, 28) ^ _rotated(a, 34) ^ _rotated(a, 39)) & _MASK
        two = big0 + (a & b | c & (a | b))
        a, b, c, d, e, f, g, h = (one + two) & _MASK, a, b, c, (d + one) & _MASK, e, f, g
    after = (a, b, c, d, e, f, g, h)
    for i in range(8):
        word = before[i] + after[i]
        state[2 * i], state[2 * i + 1] = word >> 32 & 0xFFFFFFFF, word & 0xFFFFFFFF
