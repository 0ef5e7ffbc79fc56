# SPDX-License-Identifier: MIT
"""Bands of one bit per pixel, rows from the top, leftmost pixel highest; everything on an 8-pixel grid."""

from pos.ui.paint import Painter


class MonoPainter(Painter):
    def __init__(self, font, width):
        super().__init__(font, bytearray(width * self.rows // 8))
        self._pitch = width // 8

    def _fill(self, x, w, first, end, colour):
        value = 255 if colour else 0
        for y in range(first, end):
            for i in range(y * self._pitch + x // 8, y * self._pitch + (x + w) // 8):
                self.buffer[i] = value

    def _glyph(self, bitmap, size, x, top, scale, colour, ground):
        flip = 255 if ground else 0
        for y in range(max(top, 0), min(top + 16 * scale, self.rows)):
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
