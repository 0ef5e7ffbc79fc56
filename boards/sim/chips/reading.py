# SPDX-License-Identifier: MIT
"""Text read back from a picture by matching glyphs on an 8-pixel grid, at scale 1 and 2.

A line counts when every cell with ink in it is a glyph; so a line that is half drawn is not read.
"""

from boards.sim.chips.glyphs import Glyphs, Rows


class Picture:
    """Pixels of `size` bytes each in `data`, `width` × `height`."""

    def __init__(self, data: bytes, width: int, height: int, size: int) -> None:
        self.data, self.width, self.height, self.size = data, width, height, size
        self._spans: dict[bytes, tuple[bytes, int, bytes] | None] = {}

    def cell(self, x: int, y: int, scale: int, width: int) -> "Rows | None":
        """Rows of a cell of `width` × 16 glyph pixels, its background being the upper left pixel; None when
        it has more than two colours, is not made of scale × scale blocks, or reaches over the edge."""
        across, down = width * scale, 16 * scale
        if x + across > self.width or y + down > self.height:
            return None
        rows: list[int] = []
        paper = self.span(x, y, 1)
        colours = {paper}
        for line in range(y, y + down):
            span = self._span(self.span(x, line, across), scale)
            if span is None:
                return None
            first, mask, second = span
            colours |= {first, second}
            if len(colours) > 2:
                return None
            rows.append(mask if first == paper else mask ^ ((1 << width) - 1))
        if any(rows[i] != rows[i + 1] for i in range(0, down, scale) if scale == 2):
            return None
        return tuple(rows[::scale])

    def span(self, x: int, y: int, count: int) -> bytes:
        start = (y * self.width + x) * self.size
        return self.data[start : start + count * self.size]

    def _span(self, span: bytes, scale: int) -> tuple[bytes, int, bytes] | None:
        """One pixel row as (first colour, mask of pixels in the other colour, other colour)."""
        key = span + bytes((scale,))
        if key not in self._spans:
            self._spans[key] = self._split(span, scale)
        return self._spans[key]

    def _split(self, span: bytes, scale: int) -> tuple[bytes, int, bytes] | None:
        size = self.size
        pixels = [span[i : i + size] for i in range(0, len(span), size)]
        others = {pixel for pixel in pixels if pixel != pixels[0]}
        if len(others) > 1 or any(pixels[i] != pixels[i + scale - 1] for i in range(0, len(pixels), scale)):
            return None
        mask = 0
        for pixel in pixels[::scale]:
            mask = mask << 1 | (pixel != pixels[0])
        return pixels[0], mask, others.pop() if others else pixels[0]


def read(picture: Picture, glyphs: Glyphs) -> str:
    """Lines of text from the top, joined by newlines; blank cells inside a line are kept as spaces."""
    lines, y = [], 0
    while y + 16 <= picture.height:
        for scale in (2, 1):
            text = _line(picture, glyphs, y, scale)
            if text:
                lines.append(text)
                y += 16 * scale
                break
        else:
            y += 8
    return "\n".join(lines)


def _line(picture: Picture, glyphs: Glyphs, y: int, scale: int) -> str:
    """Text of the line at y; empty when there is none or something there is not a glyph."""
    text, x = "", 0
    while x + 8 <= picture.width:
        for width in (16, 8):
            if char := _glyph(picture, glyphs, x, y, scale, width):
                text += char
                x += width * scale
                break
        else:
            if not _blank(picture, x, y, scale):
                return ""
            text += "" if scale == 2 and x % 16 else " "
            x += 8
    return text.strip()


def _glyph(picture: Picture, glyphs: Glyphs, x: int, y: int, scale: int, width: int) -> str | None:
    rows = picture.cell(x, y, scale, width)
    if rows is None:
        return None
    full = (1 << width) - 1
    return glyphs.by_rows.get((width, rows)) or glyphs.by_rows.get((width, tuple(row ^ full for row in rows)))


def _blank(picture: Picture, x: int, y: int, scale: int) -> bool:
    """No ink: each pixel row of the 8-pixel cell is of one colour."""
    if y + 16 * scale > picture.height:
        return False
    for line in range(y, y + 16 * scale):
        span = picture.span(x, line, 8)
        if span != span[: picture.size] * 8:
            return False
    return True
