# SPDX-License-Identifier: MIT
"""Measuring and breaking text in columns of 8 pixels; a CJK character takes two."""


def columns(font, text):
    return sum(font.width(c) for c in text) // 8


def wrap(font, text, width):
    """`text` in lines of at most `width` columns, broken at spaces where there are any, else anywhere."""
    lines, line, used, space = [], "", 0, -1
    for c in text:
        size = font.width(c) // 8
        if used + size > width:
            if c == " ":
                lines.append(line)
                line, used, space = "", 0, -1
                continue
            if space > 0:
                lines.append(line[:space])
                line = line[space + 1 :]
            else:
                lines.append(line)
                line = ""
            used, space = columns(font, line), -1
        if c == " ":
            space = len(line)
        line += c
        used += size
    lines.append(line)
    return lines


def fit(font, text, width):
    """`text` cut to `width` columns, with an ellipsis when something was cut."""
    if columns(font, text) <= width:
        return text
    cut, used, room = "", 0, width - font.width("…") // 8
    for c in text:
        used += font.width(c) // 8
        if used > room:
            break
        cut += c
    return cut + "…"
