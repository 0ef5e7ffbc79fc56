# SPDX-License-Identifier: MIT
"""Reader of the bitmap font file (format SPF1, docs/font.md): looks glyphs up where they stand, in flash."""

from pos.compat import const

_PAGES, _RECORDS, _RECORD = const(16), const(530), const(38)
MISSING = const(0xFFFD)


class Font:
    """Glyphs of a mapped file. `glyph(code)` is (width, bitmap): rows from the top, left highest."""

    height = 16

    def __init__(self, data):
        """`data`: the file as bytes-like (`compat.mapped`). ValueError when it is no font of format SPF1."""
        if len(data) < _RECORDS or bytes(data[:4]) != b"SPF1" or data[6] != 16 or data[7] != _RECORD:
            raise ValueError("not a font file of format SPF1; build it with: suanpan firmware font")
        self._data = memoryview(data)

    def glyph(self, code):
        """Of the character with this Unicode number, or of U+FFFD."""
        data, at = self._data, self._find(code) or self._find(MISSING)
        return data[at + 4], data[at + 6 : at + _RECORD]

    def width(self, code):
        """Pixels, 8 or 16."""
        if 0x20 <= code <= 0x7E:
            return 8
        return self._data[(self._find(code) or self._find(MISSING)) + 4]

    def printer_code(self, code):
        """Two-byte GB2312 code as an ESC/POS printer takes it, 0 when it has none."""
        at = self._find(code)
        return self._data[at + 2] << 8 | self._data[at + 3] if at else 0

    def _find(self, code):
        """Where the record of `code` begins, 0 when there is none."""
        if code > 0xFFFF:
            return 0
        data = self._data
        page = _PAGES + 2 * (code >> 8)
        low, high = data[page] << 8 | data[page + 1], data[page + 2] << 8 | data[page + 3]
        while low < high:
            middle = (low + high) >> 1
            at = _RECORDS + _RECORD * middle
            found = data[at] << 8 | data[at + 1]
            if found == code:
                return at
            if found < code:
                low = middle + 1
            else:
                high = middle
        return 0
