# SPDX-License-Identifier: MIT
"""Cards that a scenario can present (DESIGN section 5): a built-in one by its name, or a file with tracks or exchanges.

`kind` says how a card can be used: stripe, chip or contactless; the last two have a stripe as well, phones have none.
"""

import difflib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from boards.sim.chips.emv import authority, contactless_cards
from boards.sim.chips.emv import cards as chip_cards
from boards.sim.chips.emv.card import ATR
from boards.sim.chips.emv.personality import Personality
from boards.sim.chips.emv.presented import Card, Replayed
from suanpan import regular_file
from suanpan.host import sandbox

KINDS = STRIPE, CHIP, CONTACTLESS = "stripe", "chip", "contactless"
_HEX = re.compile(r"([0-9A-Fa-f]{2})+")


class CardError(Exception):
    """A card that does not exist or a card file that does not hold one; the message names the next step."""


@cache
def builtin() -> dict[str, dict[str, Any]]:
    """Every built-in card by name: kind, description, and whatever of pan, expiry, track1, track2 it has."""
    stripes = {name: {**card, "kind": STRIPE} for name, card in sandbox.cards.items()}
    chips = {name: _described(one, CHIP) for name, one in chip_cards.PERSONALITIES.items()}
    taps = {name: _described(one, CONTACTLESS) for name, one in contactless_cards.PERSONALITIES.items()}
    return stripes | chips | taps


def _described(card: Personality, kind: str) -> dict[str, Any]:
    further = f"{card.expiry}{card.service_code}0000000000"
    tracks = {"track1": f"%B{card.pan}^TEST/CARD^{further}?", "track2": f";{card.pan}={further}?"}
    return {
        "kind": kind,
        "description": card.description,
        "pan": card.pan,
        "name": "TEST/CARD",
        "expiry": card.expiry,
        "service_code": card.service_code,
        **({} if card.is_phone else tracks),
        "others": [_described(other, kind) for other in card.others],
    }


def called(kind: str) -> list[str]:
    """Names of the built-in cards of that kind."""
    return [name for name, card in builtin().items() if card["kind"] == kind]


def ca_rows() -> list[dict[str, str]]:
    """Keys of the authorities behind the built-in cards, for a terminal's configuration."""
    known = (*chip_cards.PERSONALITIES.values(), *contactless_cards.PERSONALITIES.values())
    return [authority.ca_row(rid) for rid in sorted({one.rid for one in known})]


def find_card(card: str, folder: Path = Path(".")) -> dict[str, Any]:
    """The card called `card`, or the card in the file `card`, sought from the directory `folder`."""
    if card in builtin():
        return builtin()[card]
    path = folder / card
    if path.suffix != ".json" and not path.is_file():
        close = difflib.get_close_matches(card, builtin(), 1, 0.5)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise CardError(f"no card is called {card!r}; {hint}`suanpan sim cards` lists them")
    try:
        contents = json.loads(regular_file.content(path))
    except OSError as error:
        raise CardError(f"cannot read the card file {path}: {error.strerror}") from error
    except ValueError as error:
        raise CardError(f"cannot read the card file {path}: {error}") from error
    if not isinstance(contents, dict) or not _is_card(contents):
        raise CardError(
            f'{path} is no card file; it must be like {{"track2": "…"}} or {{"exchanges": [["…", "…"]]}}'
        )
    return contents


def _is_card(contents: dict[str, Any]) -> bool:
    tracks = [contents.get(name, "") for name in ("track1", "track2")]
    exchanges = contents.get("exchanges", [])
    hexes = [contents["atr"]] if "atr" in contents else []
    if isinstance(exchanges, list) and all(isinstance(one, list) and len(one) == 2 for one in exchanges):
        hexes += [text for one in exchanges for text in one]
    else:
        return False
    return (
        all(isinstance(track, str) and track.isascii() for track in tracks)
        and all(isinstance(text, str) and _HEX.fullmatch(text) for text in hexes)
        and isinstance(contents.get("contactless", False), bool)
    )


def card_tracks(card: str, folder: Path = Path(".")) -> tuple[str | None, str | None]:
    """Tracks 1 and 2 of a card; CardError when its stripe is empty."""
    found = find_card(card, folder)
    track1, track2 = found.get("track1"), found.get("track2")
    if not track1 and not track2:
        raise CardError(f"card {card!r} has no magnetic stripe")
    return track1, track2


def _usable(card: str, kind: str, folder: Path) -> dict[str, Any]:
    """As find_card; CardError unless it has a chip (or an antenna) to be presented by."""
    names = ", ".join(called(kind))
    try:
        found = find_card(card, folder)
    except CardError as error:
        raise CardError(f"{error}; {kind} cards are {names}") from None
    own = found.get("kind", CONTACTLESS if found.get("contactless") else CHIP)
    if own != kind or card not in builtin() and not found.get("exchanges"):
        raise CardError(f"card {card!r} is no {kind} card; {kind} cards are {names}")
    return found


def made(card: str, kind: str, folder: Path = Path(".")) -> Card:
    """The virtual card before its first use. CardError: there is none of that kind.

    The first time it takes 0.4 s to make the keys that it signs with: do that before a reader waits for answers.
    """
    contents = _usable(card, kind, folder)
    if card not in builtin():
        return Replayed(contents["exchanges"], bytes.fromhex(contents.get("atr", ATR.hex())))
    fresh = (chip_cards if kind == CHIP else contactless_cards).card(card)
    for applet in fresh.applets:
        assert applet.personality.records
    return fresh


def prepare() -> None:
    """Make the keys of every built-in card."""
    for kind in (CHIP, CONTACTLESS):
        for card in called(kind):
            made(card, kind)
