# SPDX-License-Identifier: MIT
"""The cardholder's hand: puts chip cards into the terminal's reader, holds others to it, takes them away (FAULTS F31).

A card is the same one all through a run: it remembers its counter, the tries of its PIN and what scripts have changed.
"""

from pathlib import Path
from typing import Any

from boards.sim.chips.emv.presented import Around, Card, Replayed, Torn
from suanpan.simulator.cards import CHIP, CONTACTLESS, CardError, made
from suanpan.simulator.events import EventLog


class Held(Around):
    """A card that knows what it is called."""

    def __init__(self, name: str, card: Card) -> None:
        super().__init__(card)
        self.name = name

    def respond(self, command: bytes) -> bytes:
        return self.card.respond(command)


class Hand:
    """Of one person in front of one workbench."""

    def __init__(self, bench: Any, log: EventLog) -> None:
        self._bench, self._log = bench, log
        self._cards: dict[tuple[str, str, Path], Card] = {}

    def insert(self, card: str, torn_at: int | None = None, folder: Path = Path(".")) -> None:
        """CardError: no such chip card, or another one is in the reader. `torn_at`: pulled at this command."""
        self._log.emit("input", {"insert": card, "torn_at": torn_at})
        held = self._held(card, CHIP, torn_at, folder)
        if self._bench.chip.card:
            raise CardError("there is a card in the chip reader already; remove it first")
        self._bench.insert(held)

    def tap(
        self, card: str, second: str | None = None, torn_at: int | None = None, folder: Path = Path(".")
    ) -> None:
        """Instead of what was there; stays until the reader has found it and gone dark, or until `remove`."""
        self._log.emit("input", {"tap": card, "second": second, "torn_at": torn_at})
        held = [self._held(card, CONTACTLESS, torn_at, folder)]
        if second:
            held.append(self._held(second, CONTACTLESS, None, folder))
        self._bench.take_away()
        for one in held:
            self._bench.tap(one, until_dark=True)

    def remove(self) -> None:
        """Every card from the terminal."""
        self._log.emit("input", {"remove": self.presented()})
        if self._bench.chip.card:
            self._bench.remove()
        self._bench.take_away()

    def presented(self) -> dict[str, Any]:
        """Names: the card in the chip reader, and those in the contactless reader's field."""
        card = self._bench.chip.card
        return {
            "chip": card and card.name,
            "contactless": [one.card.name for one in self._bench.contactless.field],
        }

    def wrong(self) -> str:
        """How the terminal left a transcript that is replayed; '' when it did not."""
        replayed = [(key[0], card.wrong) for key, card in self._cards.items() if isinstance(card, Replayed)]
        return "; ".join(f"{name}: {wrong}" for name, wrong in replayed if wrong)

    def _held(self, name: str, kind: str, torn_at: int | None, folder: Path) -> Held:
        key = name, kind, folder
        if key not in self._cards:
            self._cards[key] = made(name, kind, folder)
        card = self._cards[key]
        return Held(name, Torn(card, torn_at) if torn_at else card)
