# SPDX-License-Identifier: MIT
"""A customer keys a PIN: where its digits stand on the screen's keypad, and that no record tells which keys they were.

With a scrambled keypad the pictures show the digits' places; beside them the keys would be the PIN (FAULTS S9).
"""

from pos.ui.strings import LANGUAGES, text

PLACES = "1234567890"  # keys, in the order in which a keypad is read
MASKED = "*"
TITLES = [text("pin", language) for language in LANGUAGES]
ASKED = ("pin_enter", "pin_or_none", "pin_short", "pin_wrong", "pin_last")
QUESTIONS = tuple(text(key, language) for language in LANGUAGES for key in ASKED)


def told(key: str, screen: str) -> str:
    """How a key is recorded that is pressed while `screen` stands."""
    return MASKED if key.isdigit() and asks(screen) else key


def asks(screen: str) -> bool:
    """Does the terminal ask for a PIN? Its title may just be drawn anew, and then the question stands."""
    return any(line in TITLES or line.startswith(QUESTIONS) for line in screen.splitlines())


def scrambled(screen: str) -> str:
    """Digits of the keys 1 to 9 and 0 on the screen; '' when it shows no whole keypad."""
    rows = [line.split() for line in screen.splitlines()]
    digits = "".join(
        "".join(row) for row in rows if row and all(len(one) == 1 and one.isdigit() for one in row)
    )
    return digits if sorted(digits) == sorted(PLACES) else ""
