# SPDX-License-Identifier: MIT
"""Bands of RGB565 pixels, big endian, rows from the top."""

from pos.ui.paint import BAND, Painter

_TABLES = 2  # colour pairs whose tables are kept, 600 bytes each


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
