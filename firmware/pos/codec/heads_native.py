# SPDX-License-Identifier: MIT
# mypy: ignore-errors
# ruff: noqa: F821
"""Viper twin of `heads_plain`: the same result, machine code (MicroPython only)."""

import micropython


@micropython.viper
def _wrong(buf: ptr8, offset: int, image: ptr8, positions: ptr8, size: int) -> int:
    i = 0
    while i < size:
        at = positions[i] | positions[i + 1] << 8
        if buf[offset + at] != image[at]:
            return at + 1
        i += 2
    return 0


def wrong_head(buf, offset, image, positions):
    return _wrong(buf, offset, image, positions, len(positions))
