# SPDX-License-Identifier: MIT
"""Builds `font16.bin` (format SPF1, docs/font.md) from GNU Unifont's `.hex` file.

A `.hex` line is `CODE:ROWS` with 16 rows of 8 or 16 pixels in hexadecimal.
"""

import bisect
import os
import struct
import tempfile
from pathlib import Path

from suanpan.errors import Failure
from suanpan.output import say
from suanpan.places import BUILD

HEIGHT = 16
REPAIR = "remove .cache/runtime/unifont, then repeat"
RECORD = struct.Struct(">HHBx32s")
HEADER = struct.Struct(">4sHBB8x")
RANGES = (
    (0x20, 0x7E),  # ASCII
    (0xA0, 0x17F),  # Latin-1, Latin Extended-A
    (0x2010, 0x2027),  # punctuation
    (0x2030, 0x205E),
    (0x20A0, 0x20BF),  # currency
    (0x2190, 0x21FF),  # arrows
    (0x2500, 0x257F),  # box drawing
    (0x2580, 0x259F),  # blocks
    (0x25A0, 0x25FF),  # geometric shapes
    (0x2600, 0x2612),  # symbols, among them ballot boxes
    (0x26A0, 0x26A1),  # warning signs
    (0x2713, 0x2718),  # check marks
    (0xFFFD, 0xFFFD),  # shown for every unknown character
)
PRINTER_CODES = {0xA5: 0xA3A4, 0xB7: 0xA1A4, 0x2014: 0xA1AA}


def gb2312() -> dict[int, int]:
    """{code point: two-byte code with the high bits set} of all GB2312 characters."""
    found = {}
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                found[ord(bytes((row, cell)).decode("gb2312"))] = row << 8 | cell
            except UnicodeDecodeError:
                continue  # this place of the table is empty
    return found


def glyphs(text: str) -> dict[int, bytes]:
    """{code point: bitmap} of a `.hex` file, basic plane only."""
    pairs = (line.split(":") for line in text.splitlines() if ":" in line)
    return {int(code, 16): bytes.fromhex(rows) for code, rows in pairs if len(code) == 4}


def encode(bitmaps: dict[int, bytes]) -> bytes:
    """The font file for the wanted part of `bitmaps`; Failure if a GB2312 character has no glyph."""
    printer = gb2312() | PRINTER_CODES
    wanted = set(printer) | {code for low, high in RANGES for code in range(low, high + 1)}
    missing = sorted(code for code in {*printer, 0xFFFD} if code not in bitmaps)
    if missing:
        raise Failure(f"The Unifont file has no glyph for U+{missing[0]:04X}.", REPAIR)
    codes = sorted(wanted & set(bitmaps))
    pages = [bisect.bisect_left(codes, page << 8) for page in range(257)]
    records = [RECORD.pack(c, printer.get(c, 0), len(bitmaps[c]) // 2, bitmaps[c]) for c in codes]
    header = HEADER.pack(b"SPF1", len(codes), HEIGHT, RECORD.size)
    return header + struct.pack(">257H", *pages) + b"".join(records)


def built_font() -> Path:
    """Where the font is, or will be."""
    return BUILD / "font16.bin"


def font_file() -> Path:
    """Path of the built font; built when it is missing."""
    target = built_font()
    if not target.exists():
        from suanpan.runtime.install import unifont

        source = unifont()
        say("Building the font …")
        BUILD.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=BUILD, delete=False) as file:
            file.write(encode(glyphs(source.read_text(encoding="ascii"))))
        os.chmod(file.name, 0o644)
        os.replace(file.name, target)
    return target
