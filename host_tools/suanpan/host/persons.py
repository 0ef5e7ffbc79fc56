# SPDX-License-Identifier: MIT
"""Who decides, and why, as a person gives it on the command line; kept for good."""

import getpass

from suanpan.errors import USAGE, Failure


def name_of(given: str | None) -> str:
    """The name given, else the user of this system."""
    return text(_user() if given is None else given, "--by", 64)


def text(given: str, option: str, most: int) -> str:
    """`given`, when it is plain text. Failure names the option."""
    if not given.strip() or len(given) > most or not given.isprintable():
        raise Failure(
            f"{option} is empty, too long, or not plain text", f"give up to {most} characters", USAGE
        )
    return given


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise Failure("this system does not know who you are", "give your name with --by", USAGE) from None
