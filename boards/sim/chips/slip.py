# SPDX-License-Identifier: MIT
"""A slip of thermal paper: 384 dots wide and its margins, two pixels per dot, glyphs of the font file."""

import io

import segno
from PIL import Image

from boards.sim.chips.glyphs import Glyphs

DOTS = 384
PIXELS = 2  # per dot: a glyph of 8 × 16 becomes 12 × 24 dots without blur
COLUMNS = 32
MARGIN = 24  # dots of bare paper left and right
HEAD = 24  # dots of bare paper between the last cut and the first line
PAPER, INK = (252, 251, 247), (40, 38, 42)


class Slip:
    """Grows while the printer feeds. `complete` once cut; a slip that ended otherwise stays incomplete."""

    def __init__(self) -> None:
        self._strips = [Image.new("1", (DOTS * PIXELS, HEAD * PIXELS))]  # ink = 1
        self._lines: list[str] = []
        self._png: tuple[int, bytes] | None = None
        self.bytes = b""
        self.rows = HEAD
        self.complete = False

    @property
    def text(self) -> str:
        return "\n".join(self._lines)

    @property
    def png_bytes(self) -> bytes:
        if self._png is None or self._png[0] != self.rows:
            out = io.BytesIO()
            self.image().save(out, "PNG", compress_level=3)  # twice as fast as the default
            self._png = self.rows, out.getvalue()
        return self._png[1]

    def image(self) -> Image.Image:
        picture = Image.new("1", ((DOTS + 2 * MARGIN) * PIXELS, self.rows * PIXELS))
        y = 0
        for strip in self._strips:
            picture.paste(strip, (MARGIN * PIXELS, y))
            y += strip.height
        coloured = picture.convert("P")
        coloured.putpalette([*PAPER] * 255 + [*INK])
        return coloured

    def add(self, line: str | None, strip: Image.Image) -> None:
        """Append printed dots and, when they are text, the line that they say."""
        self._strips.append(strip)
        self.rows += strip.height // PIXELS
        if line is not None:
            self._lines.append(line)


class Line:
    """Characters of one line: (char, across, down, bold), as the line buffer of the printer holds them."""

    def __init__(self) -> None:
        self.cells: list[tuple[str, int, int, bool]] = []
        self.columns = 0
        self.start = 0

    def add(self, char: str, across: int, down: int, bold: bool) -> bool:
        """False when the line has no room for it."""
        size = across * columns(char)
        if self.columns + size > COLUMNS:
            return False
        self.cells.append((char, across, down, bold))
        self.columns += size
        return True

    def align(self, alignment: int) -> None:
        self.start = (0, (COLUMNS - self.columns) // 2, COLUMNS - self.columns)[alignment]

    @property
    def height(self) -> int:
        return max((24 * down for _, _, down, _ in self.cells), default=0)

    @property
    def text(self) -> str:
        return (" " * self.start + "".join(cell[0] for cell in self.cells)).rstrip()


def columns(char: str) -> int:
    """A character with a two-byte code takes two columns."""
    return 1 if ord(char) < 128 else 2


def draw_line(line: Line, height: int, glyphs: Glyphs) -> Image.Image:
    strip = Image.new("1", (DOTS * PIXELS, height * PIXELS))
    x = line.start * 12 * PIXELS
    for char, across, down, bold in line.cells:
        cell = (24 * columns(char) * across, 48 * down)
        ink = _picture(char, glyphs).resize(cell, Image.Resampling.NEAREST)
        for shift in (0, PIXELS) if bold else (0,):
            strip.paste(1, (x + shift, 0), ink)
        x += cell[0]
    return strip


def _picture(char: str, glyphs: Glyphs) -> Image.Image:
    """The glyph, 8 × 16 or 16 × 16; a narrow one stands in the middle of two columns."""
    width, rows = glyphs.of.get(char) or glyphs.of["\ufffd"]
    glyph = Image.frombytes("1", (width, 16), b"".join(row.to_bytes(width // 8) for row in rows))
    cell = Image.new("1", (8 * columns(char), 16))
    cell.paste(glyph, ((cell.width - width) // 2, 0))
    return cell


def qr_strip(data: bytes, module: int, level: str) -> Image.Image:
    """A QR code in the middle of the paper, `module` dots for each of its squares."""
    code = segno.make(data, error=level, micro=False, boost_error=False)
    size = len(code.matrix)
    bits = Image.new("1", (size, size))
    bits.putdata([255 if dark else 0 for line in code.matrix for dark in line])
    bits = bits.resize((size * module * PIXELS, size * module * PIXELS), Image.Resampling.NEAREST)
    strip = Image.new("1", (DOTS * PIXELS, bits.height))
    strip.paste(bits, ((strip.width - bits.width) // 2, 0))
    return strip
