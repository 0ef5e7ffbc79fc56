# SPDX-License-Identifier: MIT
"""What a screen says, apart from how a display shows it: title, rows, footer, tone; and the status bar."""

from collections import namedtuple

# style: normal, dim, accent, good, bad, warn, inverse, field. At scale 2, good, bad, warn are coloured blocks.
# A tab in the text puts what follows it at the right margin.
Row = namedtuple("Row", ("text", "align", "scale", "style"))


def row(text, align="left", scale=1, style="normal"):
    """align: left, centre, right."""
    return Row(text, align, scale, style)


class View:
    """One screen. footer: up to two (key, text) hints, e.g. ("CANCEL", "Back"), or one plain text.

    tone colours the title bar: normal, good, bad, warn. busy shows that the terminal is waiting. keys: a keypad's
    digits, see key_grid.py.
    When the rows do not fit, dim rows go first, then the last ones.
    """

    def __init__(self, title, rows=(), footer=(), tone="normal", busy=False, keys=None):
        self.title = title
        self.rows = [r if isinstance(r, Row) else row(r) for r in rows]
        self.footer = footer
        self.tone = tone
        self.busy = busy
        self.keys = keys


class Status:
    """The status bar. link: "up", "down" or "wait"; queue: records not yet confirmed; marks: short texts."""

    def __init__(self):
        self.clock = ""
        self.link = "wait"
        self.queue = 0
        self.marks = ()
