# SPDX-License-Identifier: MIT
"""Glyphs of the font file (docs/font.md) for the virtual chips: drawing slips, and reading pictures back.

An own reader, apart from the device's, so that a mistake in one shows against the other.
"""

import os
import struct
from functools import cached_property
from pathlib import Path

RECORDS, RECORD = 530, 38
Rows = tuple[int, ...]  # 16 rows from the top, leftmost pixel in the highest bit of `width` bits


class Glyphs:
    """All glyphs of one font file: `of[char] -> (width, rows)`."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        if data[:4] != b"SPF1":
            raise ValueError(f"{path} is not a font file of format SPF1")
        self.of: dict[str, tuple[int, Rows]] = {}
        self.gb2312: dict[int, str] = {}
        self.lines: dict[tuple[int, bytes], str] = {}  # what was read already (boards.sim.chips.reading)
        for start in range(RECORDS, RECORDS + RECORD * struct.unpack_from(">H", data, 4)[0], RECORD):
            code, gb, width = struct.unpack_from(">HHB", data, start)
            size = width // 8
            bitmap = data[start + 6 : start + 6 + 16 * size]
            rows = tuple(int.from_bytes(bitmap[i : i + size]) for i in range(0, len(bitmap), size))
            self.of[chr(code)] = (width, rows)
            if gb:
                self.gb2312.setdefault(gb, chr(code))

    @cached_property
    def by_rows(self) -> dict[tuple[int, Rows], str]:
        """(width, rows) → character; of characters that look the same, the one with the lowest code.

        Shapes made of full pixel rows, as block elements are, cannot be told from bars and edges: left out.
        """
        look: dict[tuple[int, Rows], str] = {}
        for char in sorted(self.of, reverse=True):
            width, rows = self.of[char]
            if any(row not in (0, (1 << width) - 1) for row in rows):
                look[width, rows] = char
        return look


def font_path() -> Path:
    """The font file that the device uses too: $SUANPAN_FONT or build/font16.bin of this source tree."""
    return Path(
        os.environ.get("SUANPAN_FONT") or Path(__file__).resolve().parents[3] / "build" / "font16.bin"
    )
