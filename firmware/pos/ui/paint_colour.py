# SPDX-License-Identifier: MIT
"""Bands of RGB565 pixels, big endian, rows from the top."""

from pos.ui.paint import Painter

_TABLES = 2  # colour pairs whose tables are kept while a view is drawn, 600 bytes each


class ColourPainter(Painter):
    """A line of pixels beside the band is all that it keeps; drawing allocates only small objects."""

    rows = 4

    def __init__(self, font, width):
        super().__init__(font, bytearray(2 * width * self.rows))
        self._width = width
        self._view = memoryview(self.buffer)
        self._run = memoryview(bytearray(2 * width))  # one line in the colour of the last fill
        self._run_colour = 0
        self._tables = {}

    def rest(self):
        self._tables.clear()

    def _fill(self, x, w, first, end, colour):
        self._prepare(colour)
        run, pitch = self._run[: 2 * w], 2 * self._width
        start = first * pitch + 2 * x
        for _ in range(first, end):
            self._view[start : start + 2 * w] = run
            start += pitch

    def _prepare(self, colour):
        """Make the run one of this colour, by doubling."""
        if colour == self._run_colour:
            return
        run, done = self._run, 2
        self._run_colour = colour
        run[0], run[1] = colour >> 8, colour & 255
        while done < len(run):
            count = min(done, len(run) - done)
            run[done : done + count] = run[:count]
            done += count

    def _glyph(self, bitmap, size, x, top, scale, colour, ground):
        """One glyph whose first row is at `top` of the band; four pixels of a row at a time from a table."""
        table = self._table(colour, ground, scale)
        buffer, pitch, step = self.buffer, 2 * self._width, 8 * scale
        for y in range(max(top, 0), min(top + 16 * scale, self.rows)):
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
