# SPDX-License-Identifier: MIT
"""Plain twin of `xor_native`, for CPython and ports without a native emitter."""


def xor_into(target, source, at, size):
    """target[0:size] ^= source[at:at+size]."""
    for i in range(size):
        target[i] ^= source[at + i]
