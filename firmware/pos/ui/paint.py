# SPDX-License-Identifier: MIT
"""Draws the part of a scene (layout.py) that falls in one band of pixel rows into one reused buffer."""

from pos.codec.text import code_points
from pos.compat import const, crc32

_BITS = const(28)  # of a signature: it and its double stay small integers on a 32-bit device
_MASK = const((1 << 28) - 1)


def height(item):
    """Pixel rows of a fill or a text."""
    return item[3] if len(item) == 5 else 16 * item[3]


def signatures(scene, bands, rows):
    """One number per band of `rows`, made from the items that reach into it; two that differ look different."""
    found = [1] * bands
    for item in scene:
        own = crc32(repr(item).encode()) & _MASK
        end = min((item[1] + height(item) + rows - 1) // rows, bands)
        for band in range(item[1] // rows, end):
            before = found[band]
            found[band] = (before << 1 & _MASK | before >> (_BITS - 1)) ^ own
    return found


class Painter:
    """Common walk over items; subclasses put a run of one colour and a glyph into `buffer`."""

    rows = 8  # of a band

    def __init__(self, font, buffer):
        self._font = font
        self.buffer = buffer

    def band(self, items, y):
        """Everything of `items` between rows y and y + rows."""
        for item in items:
            if item[1] >= y + self.rows or item[1] + height(item) <= y:
                continue
            if len(item) == 5:
                x, top, w, h, colour = item
                self._fill(x, w, max(top - y, 0), min(top + h - y, self.rows), colour)
            else:
                self._text(item, y)

    def rest(self):
        """Nothing is left to draw: what only drawing needs may go."""

    def _text(self, item, y):
        x, top, text, scale, colour, ground = item
        for code, _ in code_points(text):
            width, bitmap = self._font.glyph(code)
            if code != 0x20:
                self._glyph(bitmap, width >> 3, x, top - y, scale, colour, ground)
            x += width * scale

    def _fill(self, x, w, first, end, colour):
        """Subclass: rows first..end of the band, w pixels from x, in one colour."""

    def _glyph(self, bitmap, size, x, top, scale, colour, ground):
        """Subclass: a glyph of `size` bytes per row whose first row is at `top` of the band."""


def painter(font, display):
    """The painter for this kind of display; the other one is not even loaded."""
    if display.depth == 1:
        from pos.ui.paint_mono import MonoPainter as Kind
    else:
        from pos.ui.paint_colour import ColourPainter as Kind
    return Kind(font, display.width)
