# SPDX-License-Identifier: MIT
# mypy: ignore-errors
# ruff: noqa: F821
"""Viper twin of `des_plain`: the same results, machine code (MicroPython only)."""

import micropython


@micropython.viper
def des_schedule(key: ptr8, at: int, schedule: ptr8, tables: ptr8):
    i = 0
    while i < 128:
        schedule[i] = 0
        i += 1
    i = 0
    while i < 768:
        bit = i % 48
        chosen = tables[56 + bit]
        half = 28 if chosen >= 28 else 0
        source = tables[half + (chosen - half + tables[104 + i // 48]) % 28]
        schedule[i // 6] |= (key[at + (source >> 3)] >> (7 - (source & 7)) & 1) << (5 - bit % 6)
        i += 1


@micropython.viper
def des_block(block: ptr8, schedule: ptr8, boxes: ptr32, first: int, step: int):
    left, right = uint(0), uint(0)
    i = 0
    while i < 8:
        byte = uint(block[i])
        left |= ((byte & 64) << 18 | (byte & 16) << 12 | (byte & 4) << 6 | byte & 1) << i
        byte >>= 1
        right |= ((byte & 64) << 18 | (byte & 16) << 12 | (byte & 4) << 6 | byte & 1) << i
        i += 1
    rounds = 0
    while rounds < 16:
        turned = right << 1 | right >> 31
        mixed = left ^ uint(boxes[int((turned >> 28 | turned << 4) & 63 ^ schedule[first])])
        i = 1
        while i < 8:
            mixed ^= uint(boxes[i << 6 | int(turned >> (28 - 4 * i) & 63 ^ schedule[first + i])])
            i += 1
        left = right
        right = mixed
        first += step
        rounds += 1
    i = 0
    while i < 8:
        low = right >> i
        high = left >> i
        byte = low >> 18 & 64 | low >> 12 & 16 | low >> 6 & 4 | low & 1
        block[i] = int(byte | (high >> 18 & 64 | high >> 12 & 16 | high >> 6 & 4 | high & 1) << 1)
        i += 1
