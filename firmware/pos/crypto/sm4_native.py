# SPDX-License-Identifier: MIT
# mypy: ignore-errors
# ruff: noqa: F821
"""Viper twin of `sm4_plain`: the same results, machine code (MicroPython only).

A word is rotated by shifts in both directions; what stands above 32 bits on a 64-bit machine is masked off.
"""

import micropython


@micropython.viper
def sm4_schedule(key: ptr8, schedule: ptr32, box: ptr8, system: ptr32):
    mask = uint(0xFFFF)
    mask = mask << 16 | mask
    k = uint(key[0] << 24 | key[1] << 16 | key[2] << 8 | key[3]) & mask ^ uint(system[0])
    a = uint(key[4] << 24 | key[5] << 16 | key[6] << 8 | key[7]) & mask ^ uint(system[1])
    b = uint(key[8] << 24 | key[9] << 16 | key[10] << 8 | key[11]) & mask ^ uint(system[2])
    c = uint(key[12] << 24 | key[13] << 16 | key[14] << 8 | key[15]) & mask ^ uint(system[3])
    i = 0
    while i < 32:
        n = i * 28
        x = a ^ b ^ c ^ uint((n & 255) << 24 | (n + 7 & 255) << 16 | (n + 14 & 255) << 8 | n + 21 & 255)
        high = box[int(x >> 24 & 255)] << 24 | box[int(x >> 16 & 255)] << 16
        x = uint(high | box[int(x >> 8 & 255)] << 8 | box[int(x & 255)]) & mask
        x ^= k ^ (x << 13 | x >> 19) ^ (x << 23 | x >> 9)
        x &= mask
        schedule[i] = int(x)
        k = a
        a = b
        b = c
        c = x
        i += 1


@micropython.viper
def sm4_block(block: ptr8, schedule: ptr32, box: ptr8, first: int, step: int):
    mask = uint(0xFFFF)
    mask = mask << 16 | mask
    a = uint(block[0] << 24 | block[1] << 16 | block[2] << 8 | block[3]) & mask
    b = uint(block[4] << 24 | block[5] << 16 | block[6] << 8 | block[7]) & mask
    c = uint(block[8] << 24 | block[9] << 16 | block[10] << 8 | block[11]) & mask
    d = uint(block[12] << 24 | block[13] << 16 | block[14] << 8 | block[15]) & mask
    i = 0
    while i < 32:
        x = b ^ c ^ d ^ uint(schedule[first])
        high = box[int(x >> 24 & 255)] << 24 | box[int(x >> 16 & 255)] << 16
        x = uint(high | box[int(x >> 8 & 255)] << 8 | box[int(x & 255)]) & mask
        x ^= a ^ (x << 2 | x >> 30) ^ (x << 10 | x >> 22) ^ (x << 18 | x >> 14) ^ (x << 24 | x >> 8)
        a = b
        b = c
        c = d
        d = x & mask
        first += step
        i += 1
    i = 0
    while i < 4:
        shift = 24 - (i << 3)
        block[i] = int(d >> shift & 255)
        block[4 + i] = int(c >> shift & 255)
        block[8 + i] = int(b >> shift & 255)
        block[12 + i] = int(a >> shift & 255)
        i += 1
