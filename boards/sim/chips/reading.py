# SPDX-License-Identifier: MIT
"""Text read back from a picture by matching glyphs on an 8-pixel grid, at scale 1 and 2.

A line counts when every cell with ink in it is a glyph; so a line that is half drawn is not read.
"""

from collections.abc import Callable

from boards.sim.chips.glyphs import Glyphs, Rows

Cell = Callable[[int, int], "Rows | None"]


class Picture:
    """Pixels of `size` bytes each in `data`, `width` × `height`."""

    def __init__(self, data: bytes, width: int, height: int, size: int) -> None:
        self.data, self.width, self.height, self._size = data, width, height, size
        self._spans: dict[bytes, tuple[bytes, int, bytes] | None] = {}

    def cell(self, x: int, y: int, scale: int, width: int) -> "Rows | None":
        """Rows of a cell of `width` × 16 glyph pixels, its background being the upper left pixel; None when
        it has more than two colours, is not made of scale × scale blocks, or reaches over the edge."""
        across, down = width * scale, 16 * scale
        if x + across > self.width or y + down > self.height:
            return None
        rows: list[int] = []
        colours: set[bytes] = set()
        for line in range(y, y + down):
            start = (line * self.width + x) * self._size
            span = self._span(self.data[start : start + across * self._size], scale)
            if span is None:
                return None
            first, mask, second = span
            colours |= {first, second}
            if len(colours) > 2:
                return None
            paper = paper if line > y else first
            rows.append(mask if first == paper else mask ^ ((1 << width) - 1))
        if any(rows[i] != rows[i + 1] for i in range(0, down, scale) if scale == 2):
            return None
        return tuple(rows[::scale])

    def _span(self, span: bytes, scale: int) -> tuple[bytes, int, bytes] | None:
        """One pixel row as (first colour, mask of pixels in the other colour, other colour)."""
        key = span + bytes((scale,))
        if key not in self._spans:
            self._spans[key] = self._split(span, scale)
        return self._spans[key]

    def _split(self, span: bytes, scale: int) -> tuple[bytes, int, bytes] | None:
        size = self._size
        pixels = [span[i : i + size] for i in range(0, len(span), size)]
        others = {pixel for pixel in pixels if pixel != pixels[0]}
        if len(others) > 1 or any(pixels[i] != pixels[i + scale - 1] for i in range(0, len(pixels), scale)):
            return None
        mask = 0
        for pixel in pixels[::scale]:
            mask = mask << 1 | (pixel != pixels[0])
        return pixels[0], mask, others.pop() if others else pixels[0]


def read(picture: Picture, glyphs: Glyphs) -> str:
    """Lines of text from the top, joined by newlines; runs of blank cells are kept as spaces inside a line."""
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
    while x + 8 * scale <= picture.width:
        found = _glyph(picture, glyphs, x, y, scale)
        if found:
            char, width = found
            text += char
            x += width * scale
        elif _blank(picture, x, y, scale):
            text += " " * (not scale == 2 or x % 16 == 0)
            x += 8
        else:
            return ""
    return text.strip()


def _glyph(picture: Picture, glyphs: Glyphs, x: int, y: int, scale: int) -> tuple[str, int] | None:
    for width in (16, 8):
        rows = picture.cell(x, y, scale, width)
        if rows is None:
            continue
        full = (1 << width) - 1
        for shape in (rows, tuple(row ^ full for row in rows)):
            if char := glyphs.by_rows.get((width, shape)):
                return char, width
    return None


def _blank(picture: Picture, x: int, y: int, scale: int) -> bool:
    """No ink: each pixel row of the 8-pixel cell is of one colour."""
    if y + 16 * scale > picture.height:
        return False
    for line in range(y, y + 16 * scale):
        span = picture.data[(line * picture.width + x) * picture._size :][: 8 * picture._size]
        if span != span[: picture._size] * 8:
            return False
    return True
