# SPDX-License-Identifier: MIT
"""Reader of the bitmap font file (format SPF1, docs/font.md), glyph by glyph.

Memory: the page table (514 bytes) and a small cache of records.
"""

from pos.compat import const

_PAGES, _RECORDS, _RECORD = const(16), const(530), const(38)
_CACHE = const(16)
MISSING = const(0xFFFD)


class Font:
    """Glyphs from an open binary file. `glyph(code)` is (width, bitmap): rows from the top, left highest."""

    height = 16

    def __init__(self, file):
        """ValueError when the file is not a font of format SPF1."""
        self._file = file
        head = file.read(_RECORDS)
        if len(head) != _RECORDS or head[:4] != b"SPF1" or head[6] != 16 or head[7] != _RECORD:
            raise ValueError("not a font file of format SPF1; build it with: suanpan firmware font")
        self._pages = head[_PAGES:]
        self._code = bytearray(2)
        self._cache = {}
        self._recent = []

    def glyph(self, code):
        """Of the character with this Unicode number, or of U+FFFD."""
        record = self._record(code) or self._record(MISSING)
        return record[2], memoryview(record)[4:]

    def width(self, code):
        """Pixels, 8 or 16."""
        if 0x20 <= code <= 0x7E:
            return 8
        record = self._record(code) or self._record(MISSING)
        return record[2]

    def printer_code(self, code):
        """Two-byte GB2312 code as an ESC/POS printer takes it, 0 when it has none."""
        record = self._record(code)
        return record[0] << 8 | record[1] if record else 0

    def _record(self, code):
        """Record without its code point, or None."""
        if code in self._cache:
            return self._cache[code]
        record = self._find(code)
        if len(self._recent) >= _CACHE:
            del self._cache[self._recent.pop(0)]
        self._recent.append(code)
        self._cache[code] = record
        return record

    def _find(self, code):
        if code > 0xFFFF:
            return None
        low, high = self._page(code >> 8), self._page((code >> 8) + 1)
        while low < high:
            middle = (low + high) >> 1
            self._file.seek(_RECORDS + _RECORD * middle)
            self._file.readinto(self._code)
            found = self._code[0] << 8 | self._code[1]
            if found == code:
                return self._file.read(_RECORD - 2)
            if found < code:
                low = middle + 1
            else:
                high = middle
        return None

    def _page(self, page):
        return self._pages[2 * page] << 8 | self._pages[2 * page + 1]
