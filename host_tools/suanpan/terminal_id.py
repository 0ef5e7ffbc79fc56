# SPDX-License-Identifier: MIT
"""A terminal's id: a level of its MQTT topics, part of what a card is sealed for, shown to persons as it is."""

import re

from suanpan.errors import USAGE, Failure

NAME = re.compile(r"[A-Za-z0-9_-]{1,16}")


def checked(given: str) -> str:
    """`given`, when it can be a terminal's id."""
    if not NAME.fullmatch(given):
        raise Failure(f"{given!r} is no terminal id", "use up to 16 of A-Z a-z 0-9 _ -", USAGE)
    return given
