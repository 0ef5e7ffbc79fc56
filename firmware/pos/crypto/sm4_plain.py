# SPDX-License-Identifier: MIT
"""Plain twin of `sm4_native`: key schedule and block of SM4 (GB/T 32907-2016), for ports without a native emitter."""

_MASK = 0xFFFFFFFF


def _words(block):
    return [int.from_bytes(block[i : i + 4], "big") for i in range(0, 16, 4)]


def _substituted(word, box):
    return box[word >> 24] << 24 | box[word >> 16 & 255] << 16 | box[word >> 8 & 255] << 8 | box[word & 255]


def _rotated(word, by):
    return (word << by | word >> (32 - by)) & _MASK


def sm4_schedule(key, schedule, box, system):
    """32 round keys into `schedule`, an array of words; `system`: the four words FK of the standard."""
    k = [word ^ system[i] for i, word in enumerate(_words(key))]
    for i in range(32):
        constant = 0
        for j in range(4):
            constant = constant << 8 | (4 * i + j) * 7 & 255
        word = _substituted(k[1] ^ k[2] ^ k[3] ^ constant, box)
        word ^= k[0] ^ _rotated(word, 13) ^ _rotated(word, 23)
        k = k[1:] + [word]
        schedule[i] = word


def sm4_block(block, schedule, box, first, step):
    """One block in place; the round keys are taken from `first` in steps of `step`: 0, 1 or 31, -1."""
    a, b, c, d = _words(block)
    for _ in range(32):
        word = _substituted(b ^ c ^ d ^ schedule[first], box)
        word ^= _rotated(word, 2) ^ _rotated(word, 10) ^ _rotated(word, 18) ^ _rotated(word, 24)
        a, b, c, d = b, c, d, a ^ word
        first += step
    for i, word in enumerate((d, c, b, a)):
        block[4 * i : 4 * i + 4] = word.to_bytes(4, "big")
