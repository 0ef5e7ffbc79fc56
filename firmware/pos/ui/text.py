# SPDX-License-Identifier: MIT
"""Measuring and breaking text in columns of 8 pixels; a CJK character takes two."""

from pos.codec.text import code_points

_SPACE = 0x20
_ELLIPSIS = 0x2026


def columns(font, text):
    return sum([font.width(code) for code, _ in code_points(text)]) // 8


def wrap(font, text, width):
    """`text` in lines of at most `width` columns, broken at spaces where there are any, else anywhere."""
    raw = text.encode()
    lines, start, space, used, behind = [], 0, 0, 0, 0  # offsets in raw; columns of the line, after its space
    at = 0
    for code, end in code_points(text):
        size = font.width(code) // 8
        if used + size > width:
            at_space = code != _SPACE and space > start
            lines.append(str(raw[start : space if at_space else at], "utf-8"))
            start = space + 1 if at_space else end if code == _SPACE else at
            used = behind if at_space else 0
        if start <= at:
            used += size
            behind += size
            if code == _SPACE:
                space, behind = at, 0
        at = end
    lines.append(str(raw[start:], "utf-8"))
    return lines


def fit(font, text, width):
    """`text` cut to `width` columns, with an ellipsis when something was cut."""
    if columns(font, text) <= width:
        return text
    cut, used, room = 0, 0, width - font.width(_ELLIPSIS) // 8
    for code, end in code_points(text):
        used += font.width(code) // 8
        if used > room:
            break
        cut = end
    return str(text.encode()[:cut], "utf-8") + "…"
