# SPDX-License-Identifier: MIT
"""A slip of thermal paper: 384 dots wide and its margins, two pixels per dot, glyphs of the font file."""

import io
from collections.abc import Callable
from functools import cached_property

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

    def __init__(self, glyphs: Callable[[], Glyphs]) -> None:
        self._glyphs = glyphs
        self._strips = [Image.new("1", (DOTS * PIXELS, HEAD * PIXELS))]  # mode 1, ink = 1
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
            self.image().save(out, "PNG")
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

    def text_strip(self, line: "Line", height: int) -> Image.Image:
        strip = Image.new("1", (DOTS * PIXELS, height * PIXELS))
        x = line.start * 12 * PIXELS
        for char, across, down, bold in line.cells:
            x += self._draw(strip, char, x, across, down, bold)
        return strip

    def _draw(self, strip: Image.Image, char: str, x: int, across: int, down: int, bold: bool) -> int:
        """One character at pixel x; returns its width in pixels. Two-byte characters fill two columns."""
        cell = 24 * (1 if ord(char) < 128 else 2)
        glyph = self._picture(char)
        if glyph.width * 3 < cell:
            wide = Image.new("1", (16, 16))
            wide.paste(glyph, (4, 0))
            glyph = wide
        glyph = glyph.resize((cell * across, 48 * down), Image.Resampling.NEAREST)
        for shift in (0, PIXELS) if bold else (0,):
            strip.paste(1, (x + shift, 0), glyph)
        return glyph.width

    def _picture(self, char: str) -> Image.Image:
        width, rows = self._glyphs().of.get(char) or self._glyphs().of["\ufffd"]
        return Image.frombytes("1", (width, 16), b"".join(row.to_bytes(width // 8) for row in rows))


class Line:
    """Characters of one line: (char, across, down, bold), as the line buffer of the printer holds them."""

    def __init__(self) -> None:
        self.cells: list[tuple[str, int, int, bool]] = []
        self.columns = 0
        self.start = 0

    def add(self, char: str, across: int, down: int, bold: bool) -> bool:
        """False when the line has no room for it."""
        size = across * (1 if ord(char) < 128 else 2)
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


class Code:
    """A QR code as dots."""

    def __init__(self, data: bytes, module: int, level: str) -> None:
        self.data, self._module, self._level = data, module, level

    @cached_property
    def strip(self) -> Image.Image:
        code = segno.make(self.data, error=self._level, micro=False, boost_error=False)
        size = len(code.matrix)
        bits = Image.new("1", (size, size))
        bits.putdata([255 if dark else 0 for row in code.matrix for dark in row])
        scale = self._module * PIXELS
        strip = Image.new("1", (DOTS * PIXELS, (size * self._module) * PIXELS))
        strip.paste(
            bits.resize((size * scale, size * scale), Image.Resampling.NEAREST),
            ((strip.width - size * scale) // 2, 0),
        )
        return strip
