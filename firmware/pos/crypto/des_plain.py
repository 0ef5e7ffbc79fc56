# SPDX-License-Identifier: MIT
"""Plain twin of `des_native`: key schedule and block of DES (FIPS 46-3), for CPython and ports without an emitter."""


def des_schedule(key, at, schedule, tables):
    """Sixteen round keys of eight times six bits, from the 8 bytes of `key` at `at`; `tables` of des_tables."""
    for i in range(128):
        schedule[i] = 0
    for i in range(768):
        of_round, bit = i // 48, i % 48
        chosen, turn = tables[56 + bit], tables[104 + of_round]
        half = 28 if chosen >= 28 else 0
        source = tables[half + (chosen - half + turn) % 28]
        schedule[i // 6] |= (key[at + (source >> 3)] >> (7 - (source & 7)) & 1) << (5 - bit % 6)


def des_block(block, schedule, boxes, first, step):
    """One block in place; the round keys are taken from `first` in steps of `step` bytes: 0, 8 or 120, -8."""
    left = right = 0
    for i in range(8):
        byte = block[i]
        left |= ((byte & 64) << 18 | (byte & 16) << 12 | (byte & 4) << 6 | byte & 1) << i
        byte >>= 1
        right |= ((byte & 64) << 18 | (byte & 16) << 12 | (byte & 4) << 6 | byte & 1) << i
    for _ in range(16):
        turned = right << 1 | right >> 31
        mixed = left ^ boxes[(turned >> 28 | turned << 4) & 63 ^ schedule[first]]
        for i in range(1, 8):
            mixed ^= boxes[i << 6 | turned >> (28 - 4 * i) & 63 ^ schedule[first + i]]
        left, right = right, mixed
        first += step
    for i in range(8):
        low, high = right >> i, left >> i
        byte = low >> 18 & 64 | low >> 12 & 16 | low >> 6 & 4 | low & 1
        block[i] = byte | (high >> 18 & 64 | high >> 12 & 16 | high >> 6 & 4 | high & 1) << 1
