# SPDX-License-Identifier: MIT
"""A view on a small monochrome display: colour 1 is ink, 0 is paper; items as in layout.py."""

from pos.ui.layout import condense, lines
from pos.ui.text import columns, fit

_KEY_COLUMNS = 7  # of a keypad, with the gap behind it


class MonoLayout:
    """Title line in inverse, then the rows that matter most: for 128 × 64 and similar. No margins."""

    def __init__(self, font, width, height):
        self._font, self._width, self._height = font, width, height
        self._columns = width // 8

    def scene(self, view, status, tick):
        w, font = self._width, self._font
        if view.keys:
            return self._keypad(view)
        items: "list" = [(0, 0, w, self._height, 0), (0, 0, w, 16, 1)]
        mark = "|/-\\"[tick % 4] if view.busy else "!" if status.link == "down" else ""
        title = fit(font, view.title, self._columns - 1 if mark else self._columns)
        items.append((0, 0, title, 1, 0, 1))
        if mark:
            items.append((w - 8, 0, mark, 1, 0, 1))
        content = lines(font, view.rows, self._columns)
        y = 16
        for line in condense(content, self._height - 16, lambda line: 16 * line[2]):
            self._row(items, line, y)
            y += 16 * line[2]
        if y + 16 <= self._height:
            self._hints(items, view.footer)
        return items

    def _keypad(self, view):
        """Four rows of keys at the left leave no room for a title; the rows stand beside them."""
        from pos.ui import key_grid

        items: "list" = [(0, 0, self._width, self._height, 0)]
        content = lines(self._font, view.rows, self._columns - _KEY_COLUMNS)
        for y, line in enumerate(condense(content, self._height, lambda line: 16)):
            items.append(self._piece(line[0], 16 * y, "right", 1, 1))
        key_grid.mono(items, view.keys)
        return items

    def _row(self, items, line, y):
        text, align, scale, style = line
        ink = 0 if style in ("inverse", "bad") else 1
        if not ink:
            items.append((0, y, self._width, 16 * scale, 1))
        if "\t" in text:
            text, right = text.split("\t", 1)
            items.append(self._piece(right, y, "right", 1, ink))
        items.append(self._piece(text, y, align, scale, ink))

    def _piece(self, text, y, align, scale, ink):
        size = 8 * scale * columns(self._font, text)
        free = self._width - size
        x = 0 if align == "left" else free if align == "right" else free // 16 * 8
        return (x, y, text, scale, ink, 1 - ink)

    def _hints(self, items, footer):
        text = footer if isinstance(footer, str) else " ".join(text for _, text in footer)
        items.append(self._piece(fit(self._font, text, self._columns), self._height - 16, "right", 1, 1))
