# SPDX-License-Identifier: MIT
"""Where a view's parts stand on a display: a list of fills and texts, all text on an 8-pixel grid.

A fill is (x, y, w, h, colour), a text (x, y, text, scale, colour, background). Later ones cover earlier ones.
"""

from pos.ui.text import columns, fit, wrap
from pos.ui.theme import Colour

_TRACK_STEPS = 12
_BLOCK = 48  # height of a state block: one line at scale 2 with 8 pixels around it


def piece(font, text, y, width, align, scale, colour, ground):
    """A text item inside the margins of a display `width` pixels wide."""
    size = 8 * scale * columns(font, text)
    x = 8 if align == "left" else width - 8 - size if align == "right" else (width - size) // 16 * 8
    return (x, y, text, scale, colour, ground)


def lines(font, rows, width):
    """Rows broken into (text, align, scale, style) that fit `width` columns; scale 2 falls back to 1."""
    broken = []
    for text, align, scale, style in rows:
        if "\t" in text:
            broken += _pair(font, text, style, width)
            continue
        if scale == 2 and columns(font, text) > width // 2:
            scale = 1
        broken += [(part, align, scale, style) for part in wrap(font, text, width // scale)]
    return broken


def _pair(font, text, style, width):
    left, right = text.split("\t", 1)
    if columns(font, left) + columns(font, right) < width:
        return [(text, "left", 1, style)]
    return [(left, "left", 1, "dim")] + [(part, "right", 1, style) for part in wrap(font, right, width)]


def condense(content, height, heights):
    """The lines that fit `height`: dim ones go first, from the last; then the last ones."""
    kept = list(content)
    index = len(kept) - 1
    while sum(heights(line) for line in kept) > height and index >= 0:
        if kept[index][3] == "dim":
            kept.pop(index)
        index -= 1
    while len(kept) > 1 and sum(heights(line) for line in kept) > height:
        kept.pop()
    return kept


class ColourLayout:
    """Status bar, title bar, airy rows, footer: for 240 × 320 and similar."""

    def __init__(self, font, width, height):
        self._font, self._width, self._height = font, width, height
        self._columns = width // 8 - 2
        self.capacity = (height - 96) // 24

    def scene(self, view, status, tick):
        items = []
        self._bars(items, view, status)
        content = lines(self._font, view.rows[view.first :], self._columns)
        room = self._height - 56 - 40 - (24 if view.busy else 0)
        content = condense(content, room, self._line_height)
        spare = room - sum(self._line_height(line) for line in content)
        gap = 8 if spare >= 8 * len(content) else 0
        y = 56 + max(0, spare - gap * len(content)) // 4 // 8 * 8
        for line in content:
            y = self._row(items, line, y, gap)
        if view.busy:
            self._track(items, min(y + 8, self._height - 64), tick)
        self._footer(items, view.footer)
        return items

    def _line_height(self, line):
        return (_BLOCK if line[3] in ("good", "bad", "warn") else 32) if line[2] == 2 else 16

    def _bars(self, items, view, status):
        w, tone = self._width, Colour.TONES[view.tone]
        items.append((0, 0, w, self._height, Colour.PAPER))
        items.append((0, 0, w, 16, Colour.BAR))
        items.append((0, 16, w, 32, tone))
        items.append((8, 0, "●", 1, Colour.LINKS[status.link], Colour.BAR))
        left = status.clock + ("  ↑%d" % status.queue if status.queue else "")
        items.append((32, 0, left, 1, Colour.BAR_TEXT, Colour.BAR))
        marks = fit(self._font, " ".join(status.marks), self._columns - 4 - columns(self._font, left))
        items.append(piece(self._font, marks, 0, w, "right", 1, Colour.MARK, Colour.BAR))
        title = fit(self._font, view.title, self._columns)
        items.append(piece(self._font, title, 24, w, "left", 1, Colour.WHITE, tone))

    def _row(self, items, line, y, gap):
        text, align, scale, style = line
        height, ground = self._line_height(line), Colour.PAPER
        colour = Colour.WHITE if style == "inverse" else Colour.STYLES[style]
        top = y + (height - 16 * scale) // 2 // 8 * 8
        if style == "inverse":
            ground = Colour.ACCENT
            items.append((0, y - gap // 2, self._width, height + gap, ground))
        elif height == _BLOCK:
            ground, colour = colour, Colour.WHITE
            items.append((0, y, self._width, height, ground))
        if "\t" in text:
            text, right = text.split("\t", 1)
            items.append(piece(self._font, right, top, self._width, "right", 1, colour, ground))
            colour = Colour.DIM if ground == Colour.PAPER and style == "normal" else colour
        items.append(piece(self._font, text, top, self._width, align, scale, colour, ground))
        return y + height + gap

    def _track(self, items, y, tick):
        w = self._width - 16
        items.append((8, y, w, 8, Colour.LINE))
        x = 8 + (w - 48) * (tick % _TRACK_STEPS) // (_TRACK_STEPS - 1) // 8 * 8
        items.append((x, y, 48, 8, Colour.ACCENT))

    def _footer(self, items, footer):
        w, y = self._width, self._height - 24
        items.append((0, y - 8, w, 32, Colour.FOOT))
        items.append((0, y - 8, w, 1, Colour.LINE))
        if isinstance(footer, str):
            text = fit(self._font, footer, self._columns)
            items.append(piece(self._font, text, y, w, "centre", 1, Colour.DIM, Colour.FOOT))
            return
        for (key, text), align in zip(footer, ("left", "right") if len(footer) > 1 else ("right",)):
            self._hint(items, key, fit(self._font, text, self._columns // 2 - 3), y, align)

    def _hint(self, items, key, text, y, align):
        """A square in the colour of the key, or the key's name, then what the key does."""
        mark = "■" if key in Colour.KEYS else key
        label = mark + " " + text
        x = piece(self._font, label, y, self._width, align, 1, 0, 0)[0]
        items.append((x, y, mark, 1, Colour.KEYS.get(key, Colour.ACCENT), Colour.FOOT))
        items.append((x + 8 * columns(self._font, mark + " "), y, text, 1, Colour.INK, Colour.FOOT))


class MonoLayout:
    """Title line in inverse, then the rows that matter most: for 128 × 64 and similar. No margins."""

    def __init__(self, font, width, height):
        self._font, self._width, self._height = font, width, height
        self._columns = width // 8
        self.capacity = height // 16 - 1

    def scene(self, view, status, tick):
        w, font = self._width, self._font
        items: "list" = [(0, 0, w, self._height, 0), (0, 0, w, 16, 1)]
        mark = "|/-\\"[tick % 4] if view.busy else "!" if status.link == "down" else ""
        title = fit(font, view.title, self._columns - 1 if mark else self._columns)
        items.append((0, 0, title, 1, 0, 1))
        if mark:
            items.append((w - 8, 0, mark, 1, 0, 1))
        content = lines(font, view.rows[view.first :], self._columns)
        y = 16
        for line in condense(content, self._height - 16, lambda line: 16 * line[2]):
            self._row(items, line, y)
            y += 16 * line[2]
        if y + 16 <= self._height:
            self._hints(items, view.footer)
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
