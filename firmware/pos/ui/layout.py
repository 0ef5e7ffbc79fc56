# SPDX-License-Identifier: MIT
"""Laying out a view: what colour and monochrome displays share. A scene is a list of fills and texts.

A fill is (x, y, w, h, colour), a text (x, y, text, scale, colour, background), on an 8-pixel grid. Later ones
cover earlier ones.
"""

from pos.ui.text import columns, wrap


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
