# SPDX-License-Identifier: MIT
"""Draws the part of a scene (layout.py) that falls in one band of 16 pixel rows into one reused buffer.

Colour: RGB565, big endian. Monochrome: one bit per pixel, leftmost highest, all on an 8-pixel grid.
"""

BAND = 16
_TABLES = 4  # colour pairs whose tables are kept


def crosses(item, y):
    """Whether the item reaches into the band that begins at y."""
    height = item[3] if len(item) == 5 else 16 * item[3]
    return item[1] < y + BAND and item[1] + height > y


class Painter:
    """Common walk over items; subclasses put a run of one colour and a glyph into `buffer`."""

    def __init__(self, font, buffer):
        self._font = font
        self.buffer = buffer

    def band(self, items, y):
        for item in items:
            if len(item) == 5:
                x, top, w, h, colour = item
                self._fill(x, w, max(top - y, 0), min(top + h - y, BAND), colour)
            else:
                self._text(item, y)

    def _text(self, item, y):
        x, top, text, scale, colour, ground = item
        for char in text:
            width, bitmap = self._font.glyph(char)
            if char != " ":
                self._glyph(bitmap, width >> 3, x, top - y, scale, colour, ground)
            x += width * scale

    def _fill(self, x, w, first, end, colour):
        """Subclass: rows first..end of the band, w pixels from x, in one colour."""

    def _glyph(self, bitmap, size, x, top, scale, colour, ground):
        """Subclass: a glyph of `size` bytes per row whose first row is at `top` of the band."""


class ColourPainter(Painter):
    def __init__(self, font, width):
        super().__init__(font, bytearray(2 * width * BAND))
        self._width = width
        self._tables = {}

    def _fill(self, x, w, first, end, colour):
        run = bytes((colour >> 8, colour & 255)) * w
        buffer, pitch = self.buffer, 2 * self._width
        start = first * pitch + 2 * x
        for _ in range(first, end):
            buffer[start : start + 2 * w] = run
            start += pitch

    def _glyph(self, bitmap, size, x, top, scale, colour, ground):
        """One glyph whose first row is at `top` of the band; four pixels of a row at a time from a table."""
        table = self._table(colour, ground, scale)
        buffer, pitch, step = self.buffer, 2 * self._width, 8 * scale
        for y in range(max(top, 0), min(top + 16 * scale, BAND)):
            line = (y - top) // scale * size
            start = y * pitch + 2 * x
            for i in range(line, line + size):
                bits = bitmap[i]
                if bits:
                    buffer[start : start + step] = table[bits >> 4]
                    buffer[start + step : start + 2 * step] = table[bits & 15]
                start += 2 * step

    def _table(self, colour, ground, scale):
        """The 16 patterns of four pixels in these two colours."""
        key = (colour, ground, scale)
        if key not in self._tables:
            if len(self._tables) >= _TABLES:
                self._tables.clear()
            pixel = [bytes((c >> 8, c & 255)) * scale for c in (ground, colour)]
            self._tables[key] = [
                pixel[n >> 3] + pixel[n >> 2 & 1] + pixel[n >> 1 & 1] + pixel[n & 1] for n in range(16)
            ]
        return self._tables[key]


class MonoPainter(Painter):
    def __init__(self, font, width):
        super().__init__(font, bytearray(width * BAND // 8))
        self._pitch = width // 8

    def _fill(self, x, w, first, end, colour):
        value = 255 if colour else 0
        for y in range(first, end):
            for i in range(y * self._pitch + x // 8, y * self._pitch + (x + w) // 8):
                self.buffer[i] = value

    def _glyph(self, bitmap, size, x, top, scale, colour, ground):
        flip = 255 if ground else 0
        for y in range(max(top, 0), min(top + 16 * scale, BAND)):
            start = y * self._pitch + x // 8
            line = (y - top) // scale * size
            for i in range(size):
                bits = bitmap[line + i]
                if scale == 1:
                    self._put(start + i, bits ^ flip)
                else:
                    self._put(start + 2 * i, _doubled(bits >> 4) ^ flip)
                    self._put(start + 2 * i + 1, _doubled(bits & 15) ^ flip)

    def _put(self, index, bits):
        self.buffer[index] = bits


def _doubled(nibble):
    """Four pixels, each twice."""
    return (nibble & 8) * 24 | (nibble & 4) * 12 | (nibble & 2) * 6 | (nibble & 1) * 3
