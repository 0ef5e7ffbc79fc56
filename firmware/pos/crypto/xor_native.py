# SPDX-License-Identifier: MIT
# mypy: ignore-errors
# ruff: noqa: F821
"""Viper twin of `xor_plain`: the same result, machine code (MicroPython only)."""

import micropython


@micropython.viper
def xor_into(target: ptr8, source: ptr8, at: int, size: int):
    i = 0
    while i < size:
        target[i] ^= source[at + i]
        i += 1
