# SPDX-License-Identifier: MIT
"""Text read back from a picture by matching glyphs on an 8-pixel grid, at scale 1 and 2.

A line counts when every cell with ink in it is a glyph; so a line that is half drawn is not read.
"""

from functools import lru_cache

from boards.sim.chips.glyphs import Glyphs, Rows

KNOWN = 1000  # lines remembered by their pixels, of 8 or 16 kB each


class Picture:
    """Pixels of `size` bytes each in `data`, `width` × `height`."""

    def __init__(self, data: bytes, width: int, height: int, size: int) -> None:
        self.data, self.width, self.height, self.size = data, width, height, size
        self._plain = [
            plain_blocks(self.rows(y, 8), width * size, size) for y in range(0, height - height % 8, 8)
        ]

    def rows(self, y: int, count: int) -> bytes:
        """The pixels of whole rows."""
        return self._span(0, y, count * self.width)

    def cell(self, x: int, y: int, scale: int, width: int) -> Rows | None:
        """Rows of a cell of `width` × 16 glyph pixels, its background being the upper left pixel; None when
        it has more than two colours, is not made of scale × scale blocks, or reaches over the edge."""
        across, down = width * scale, 16 * scale
        if x + across > self.width or y + down > self.height:
            return None
        rows: list[int] = []
        paper = self._span(x, y, 1)
        colours = {paper}
        for line in range(y, y + down):
            span = split(self._span(x, line, across), self.size, scale)
            if span is None:
                return None
            first, mask, second = span
            colours |= {first, second}
            if len(colours) > 2:
                return None
            rows.append(mask if first == paper else mask ^ ((1 << width) - 1))
        if scale == 2 and rows[::2] != rows[1::2]:
            return None
        return tuple(rows[::scale])

    def plain(self, x: int, y: int, scale: int) -> bool:
        """No ink in the 8 pixels wide, 16 × scale pixels high cell: each of its pixel rows has one colour."""
        if x + 8 > self.width:
            return True
        if y + 16 * scale > self.height:
            return False
        return all(self._plain[row][x // 8] for row in range(y // 8, y // 8 + 2 * scale))

    def _span(self, x: int, y: int, count: int) -> bytes:
        start = (y * self.width + x) * self.size
        return self.data[start : start + count * self.size]


@lru_cache(maxsize=1 << 12)
def plain_blocks(band: bytes, row: int, size: int) -> list[bool]:
    """Which blocks of 8 × 8 pixels in a band of 8 rows of `row` bytes are of one colour."""
    starts = range(0, row - 8 * size + 1, 8 * size)
    lines = range(0, len(band), row)
    return [all(_one_colour(band[at + x : at + x + 8 * size], size) for at in lines) for x in starts]


def _one_colour(span: bytes, size: int) -> bool:
    return span == span[:size] * 8


@lru_cache(maxsize=1 << 16)
def split(span: bytes, size: int, scale: int) -> tuple[bytes, int, bytes] | None:
    """One pixel row as (first colour, mask of pixels in the other colour, other colour), or None."""
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
            text = _known_line(picture, glyphs, y, scale)
            if text:
                lines.append(text)
                y += 16 * scale
                break
        else:
            y += 8
    return "\n".join(lines)


def _known_line(picture: Picture, glyphs: Glyphs, y: int, scale: int) -> str:
    """As _line; remembered by the pixels, because a new picture mostly repeats the last one."""
    band = scale, picture.rows(y, 16 * scale)
    if band not in glyphs.lines:
        if len(glyphs.lines) >= KNOWN:
            glyphs.lines.clear()
        glyphs.lines[band] = _line(picture, glyphs, y, scale)
    return glyphs.lines[band]


def _line(picture: Picture, glyphs: Glyphs, y: int, scale: int) -> str:
    """Text of the line at y; empty when there is none or something there is not a glyph."""
    text, x = "", 0
    while x + 8 <= picture.width:
        plain = picture.plain(x, y, scale)
        empty = all(picture.plain(x + step, y, scale) for step in range(0, 16 * scale, 8))
        found = None if empty else _glyph(picture, glyphs, x, y, scale)
        if found:
            text += found[0]
            x += found[1] * scale
        elif plain:
            text += "" if scale == 2 and x % 16 else " "
            x += 8
        else:
            return ""
    return text.strip()


def _glyph(picture: Picture, glyphs: Glyphs, x: int, y: int, scale: int) -> tuple[str, int] | None:
    for width in (16, 8):
        rows = picture.cell(x, y, scale, width)
        if rows is not None:
            full = (1 << width) - 1
            for shape in (rows, tuple(row ^ full for row in rows)):
                if char := glyphs.by_rows.get((width, shape)):
                    return char, width
    return None
