# SPDX-License-Identifier: MIT
# mypy: ignore-errors
# ruff: noqa: F821
"""Viper twin of `sha512_plain`: the same result, machine code (MicroPython only).

64-bit words are pairs of 32 bits, so that it is right on both word sizes. Low halves are added in two parts of 16
bits, which leaves the carry; what stands above 32 bits on a 64-bit machine is cut off by the store.
"""

import micropython


@micropython.viper
def _schedule(block: ptr8, w: ptr32):
    t = 0
    while t < 32:
        at = t << 2
        w[t] = block[at] << 24 | block[at + 1] << 16 | block[at + 2] << 8 | block[at + 3]
        t += 1
    while t < 160:
        h, m = uint(w[t - 30]), uint(w[t - 29])
        h0 = (h >> 1 | m << 31) ^ (h >> 8 | m << 24) ^ h >> 7
        l0 = (m >> 1 | h << 31) ^ (m >> 8 | h << 24) ^ (m >> 7 | h << 25)
        h, m = uint(w[t - 4]), uint(w[t - 3])
        h0 += ((h >> 19 | m << 13) ^ (h << 3 | m >> 29) ^ h >> 6) + uint(w[t - 32]) + uint(w[t - 14])
        l1 = (m >> 19 | h << 13) ^ (m << 3 | h >> 29) ^ (m >> 6 | h << 26)
        a, b = uint(w[t - 31]), uint(w[t - 13])
        low = (l0 & 0xFFFF) + (l1 & 0xFFFF) + (a & 0xFFFF) + (b & 0xFFFF)
        high = (l0 >> 16 & 0xFFFF) + (l1 >> 16 & 0xFFFF) + (a >> 16) + (b >> 16) + (low >> 16)
        w[t + 1] = int(high << 16 | low & 0xFFFF)
        w[t] = int(h0 + (high >> 16))
        t += 2


@micropython.viper
def _rounds(v: ptr32, k: ptr8, w: ptr32):
    t = 0
    while t < 80:
        e, f = (4 - t & 7) << 1, (5 - t & 7) << 1
        g, z = (6 - t & 7) << 1, (7 - t & 7) << 1
        h, m = uint(v[e]), uint(v[e + 1])
        fh, fl = uint(v[f]), uint(v[f + 1])
        gh, gl = uint(v[g]), uint(v[g + 1])
        i = t << 3
        one = ((h >> 14 | m << 18) ^ (h >> 18 | m << 14) ^ (m >> 9 | h << 23)) + (gh ^ h & (fh ^ gh))
        one += uint(v[z]) + uint(w[t << 1]) + uint(k[i] << 24 | k[i + 1] << 16 | k[i + 2] << 8 | k[i + 3])
        s = (m >> 14 | h << 18) ^ (m >> 18 | h << 14) ^ (h >> 9 | m << 23)
        c = gl ^ m & (fl ^ gl)
        a, b = uint(v[z + 1]), uint(w[(t << 1) + 1])
        low = (s & 0xFFFF) + (c & 0xFFFF) + (a & 0xFFFF) + (b & 0xFFFF) + uint(k[i + 6] << 8 | k[i + 7])
        high = (
            (s >> 16 & 0xFFFF) + (c >> 16 & 0xFFFF) + (a >> 16) + (b >> 16) + uint(k[i + 4] << 8 | k[i + 5])
        )
        high += low >> 16
        one += high >> 16
        low &= 0xFFFF
        high &= 0xFFFF
        d = (3 - t & 7) << 1
        a = (uint(v[d + 1]) & 0xFFFF) + low
        b = (uint(v[d + 1]) >> 16) + high + (a >> 16)
        v[d + 1] = int(b << 16 | a & 0xFFFF)
        v[d] = int(uint(v[d]) + one + (b >> 16))
        e, f, g = (0 - t & 7) << 1, (1 - t & 7) << 1, (2 - t & 7) << 1
        h, m = uint(v[e]), uint(v[e + 1])
        fh, fl = uint(v[f]), uint(v[f + 1])
        gh, gl = uint(v[g]), uint(v[g + 1])
        one += ((h >> 28 | m << 4) ^ (m >> 2 | h << 30) ^ (m >> 7 | h << 25)) + (h & fh | gh & (h | fh))
        s = (m >> 28 | h << 4) ^ (h >> 2 | m << 30) ^ (h >> 7 | m << 25)
        c = m & fl | gl & (m | fl)
        low += (s & 0xFFFF) + (c & 0xFFFF)
        high += (s >> 16 & 0xFFFF) + (c >> 16 & 0xFFFF) + (low >> 16)
        v[z + 1] = int(high << 16 | low & 0xFFFF)
        v[z] = int(one + (high >> 16))
        t += 1


@micropython.viper
def _add(state: ptr32, v: ptr32):
    i = 0
    while i < 16:
        a, b = uint(state[i + 1]), uint(v[i + 1])
        low = (a & 0xFFFF) + (b & 0xFFFF)
        high = (a >> 16) + (b >> 16) + (low >> 16)
        state[i + 1] = int(high << 16 | low & 0xFFFF)
        state[i] = int(uint(state[i]) + uint(v[i]) + (high >> 16))
        i += 2


def compress(state, block, k, room):
    """`state`: 8 words of 64 bits as 16 of 32, high ones first; `room`: arrays of 16 and 160 such words."""
    v, w = room
    v[:] = state
    _schedule(block, w)
    _rounds(v, k, w)
    _add(state, v)
