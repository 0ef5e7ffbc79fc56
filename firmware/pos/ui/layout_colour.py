# SPDX-License-Identifier: MIT
"""A view on a colour display: where its parts stand and what colour they have; items as in layout.py."""

from pos.ui import theme
from pos.ui.layout import condense, lines, piece
from pos.ui.text import columns, fit

_TOP = 48  # below status bar and title bar
_BLOCK = 48  # height of a line at scale 2 with 8 pixels above and below
_TRACK_STEPS = 12
_BLOCKS = ("good", "bad", "warn")  # at scale 2 these fill the width


class ColourLayout:
    """Status bar, title bar, airy rows, footer: for 240 × 320 and similar."""

    def __init__(self, font, width, height):
        self._font, self._width, self._height = font, width, height
        self._columns = width // 8 - 2

    def scene(self, view, status, tick):
        items = []
        self._bars(items, view, status)
        content = lines(self._font, view.rows, self._columns)
        bottom = self._height - (64 if view.busy else 32)
        if view.keys:
            from pos.ui import key_grid

            bottom -= key_grid.HEIGHT
            key_grid.colour(items, view.keys, self._width, bottom)
        content = condense(content, bottom - _TOP, self._line_height)
        gap, y = self._spread(content, bottom)
        for line in content:
            y = self._row(items, line, y, gap)
        if view.busy:
            self._track(items, bottom, tick)
        self._footer(items, view.footer)
        return items

    def _spread(self, content, bottom):
        """(gap between lines, where the first one begins): airy when there is room, a state block at the top."""
        taken = sum(self._line_height(line) for line in content)
        gap = 8 if _TOP + 8 + taken + 8 * len(content) <= bottom else 0
        if content and content[0][2] == 2 and content[0][3] in _BLOCKS:
            return gap, _TOP
        spare = bottom - _TOP - taken - gap * len(content)
        return gap, _TOP + max(0, min(spare // 3, 40)) // 8 * 8

    def _line_height(self, line):
        if line[2] == 1:
            return 16
        return _BLOCK + 8 if line[3] in _BLOCKS else _BLOCK

    def _bars(self, items, view, status):
        w, tone = self._width, theme.TONES[view.tone]
        items.append((0, 0, w, self._height, theme.PAPER))
        items.append((0, 0, w, 16, theme.BAR))
        items.append((0, 16, w, 32, tone))
        items.append((8, 0, "●", 1, theme.LINKS[status.link], theme.BAR))
        left = status.clock + ("  ↑%d" % status.queue if status.queue else "")
        items.append((32, 0, left, 1, theme.BAR_TEXT, theme.BAR))
        marks = fit(self._font, " ".join(status.marks), self._columns - 4 - columns(self._font, left))
        items.append(piece(self._font, marks, 0, w, "right", 1, theme.MARK, theme.BAR))
        title = fit(self._font, view.title, self._columns)
        items.append(piece(self._font, title, 24, w, "left", 1, theme.WHITE, tone))

    def _row(self, items, line, y, gap):
        text, align, scale, style = line
        height = self._line_height(line)
        top = y if scale == 1 else y + 8
        colour, ground = self._ground(items, style, scale, y, height, gap)
        if "\t" in text:
            text, right = text.split("\t", 1)
            items.append(piece(self._font, right, top, self._width, "right", 1, colour, ground))
            colour = theme.DIM if style == "normal" else colour
        items.append(piece(self._font, text, top, self._width, align, scale, colour, ground))
        return y + height + gap

    def _ground(self, items, style, scale, y, height, gap):
        """Put down what lies under a line; (text colour, ground)."""
        w = self._width
        if style == "inverse":
            items.append((0, y - gap // 2, w, height + gap, theme.ACCENT))
            return theme.WHITE, theme.ACCENT
        if style == "field":
            items.append((0, y, w, height, theme.FOOT))
            items.append((0, y + height - (2 if scale == 2 else 0), w, 2, theme.ACCENT))
            return theme.INK, theme.FOOT
        if scale == 2 and style in _BLOCKS:
            items.append((0, y, w, _BLOCK, theme.STYLES[style]))
            return theme.WHITE, theme.STYLES[style]
        return theme.STYLES[style], theme.PAPER

    def _track(self, items, y, tick):
        """Something moves while the terminal waits; bars on the grid, so that text is read around them."""
        w = self._width - 16
        items.append((8, y, w, 8, theme.LINE))
        x = 8 + (w - 48) * (tick % _TRACK_STEPS) // (_TRACK_STEPS - 1) // 8 * 8
        items.append((x, y, 48, 8, theme.ACCENT))

    def _footer(self, items, footer):
        w, y = self._width, self._height - 24
        items.append((0, y - 8, w, 32, theme.FOOT))
        items.append((0, y - 8, w, 1, theme.LINE))
        if isinstance(footer, str):
            text = fit(self._font, footer, self._columns)
            items.append(piece(self._font, text, y, w, "centre", 1, theme.DIM, theme.FOOT))
            return
        for (key, text), align in zip(footer, ("left", "right") if len(footer) > 1 else ("right",)):
            self._hint(items, key, fit(self._font, text, self._columns // 2 - 3), y, align)

    def _hint(self, items, key, text, y, align):
        """A square in the colour of the key, or the key's name, then what the key does."""
        mark = "■" if key in theme.KEYS else key
        label = mark + " " + text
        x = piece(self._font, label, y, self._width, align, 1, 0, 0)[0]
        items.append((x, y, mark, 1, theme.KEYS.get(key, theme.ACCENT), theme.FOOT))
        items.append((x + 8 * columns(self._font, mark + " "), y, text, 1, theme.INK, theme.FOOT))
