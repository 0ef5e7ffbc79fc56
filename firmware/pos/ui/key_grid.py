# SPDX-License-Identifier: MIT
"""The digits of a scrambled keypad where its keys are, three by four; items as in layout.py.

`keys`: digits of the keys 1 to 9 and 0 in ASCII; overwritten ones, when the PIN is entered, are blank.
"""

from pos.compat import const
from pos.ui import theme

HEIGHT = const(160)  # on a colour display
_ACROSS, _DOWN, _WIDE, _HIGH = const(72), const(40), const(64), const(32)


def colour(items, keys, width, top):
    left = (width - 2 * _ACROSS - _WIDE) // 16 * 8
    for column, row, face in _places(keys):
        x, y = left + _ACROSS * column, top + _DOWN * row
        items.append((x, y, _WIDE, _HIGH, theme.FOOT))
        items.append((x + (_WIDE - 16) // 2, y, face, 2, theme.INK, theme.FOOT))


def mono(items, keys):
    for column, row, face in _places(keys):
        items.append((16 * column, 16 * row, face, 1, 1, 0))


def _places(keys):
    for place in range(len(keys)):
        column = place % 3 if place < 9 else 1
        yield column, place // 3, chr(keys[place]) if keys[place] else " "
