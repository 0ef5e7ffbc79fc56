# SPDX-License-Identifier: MIT
"""Cards that a scenario can present (DESIGN section 5): a sandbox card by its name, or a file with tracks."""

import difflib
import json
from pathlib import Path
from typing import Any

from suanpan import regular_file
from suanpan.host import sandbox


class CardError(Exception):
    """A card that does not exist or a card file that does not hold one; the message names the next step."""


def find_card(card: str, beside: Path = Path(".")) -> dict[str, Any]:
    """The card called `card`, or the card in the file `card`, sought from the directory `beside`."""
    if card in sandbox.cards:
        return sandbox.cards[card]
    path = beside / card
    if path.suffix != ".json" and not path.is_file():
        close = difflib.get_close_matches(card, sandbox.cards, 1, 0.5)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise CardError(f"no card is called {card!r}; {hint}`suanpan sim cards` lists them")
    try:
        contents = json.loads(regular_file.content(path))
    except OSError as error:
        raise CardError(f"cannot read the card file {path}: {error.strerror}") from error
    except ValueError as error:
        raise CardError(f"cannot read the card file {path}: {error}") from error
    tracks = (
        [contents.get(name, "") for name in ("track1", "track2")] if isinstance(contents, dict) else [None]
    )
    if not all(isinstance(track, str) and track.isascii() for track in tracks):
        raise CardError(f'{path} is no card file; it must be like {{"track2": "…"}}')
    return contents


def card_tracks(card: str, beside: Path = Path(".")) -> tuple[str | None, str | None]:
    """Tracks 1 and 2 of a card; CardError when its stripe is empty."""
    found = find_card(card, beside)
    track1, track2 = found.get("track1"), found.get("track2")
    if not track1 and not track2:
        raise CardError(f"card {card!r} has no magnetic stripe")
    return track1, track2
