# SPDX-License-Identifier: MIT
"""Draws the part of a scene (layout.py) that falls in one band of 16 pixel rows into one reused buffer."""

BAND = 16


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


def painter(font, display):
    """The painter for this kind of display; the other one is not even loaded."""
    if display.depth == 1:
        from pos.ui.paint_mono import MonoPainter as Kind
    else:
        from pos.ui.paint_colour import ColourPainter as Kind
    return Kind(font, display.width)
