# SPDX-License-Identifier: MIT
"""How a card behaves in a reader: chained as T=0 has it, pulled, recorded, replayed (DESIGN.md section 5)."""

from typing import Protocol

from boards.sim.chips.emv.applet import status
from boards.sim.chips.emv.card import ATR, Gone


class Card(Protocol):
    """Anything that answers commands; Gone when it is no longer there."""

    atr: bytes
    answer_ms: int

    def reset(self) -> None: ...

    def respond(self, command: bytes) -> bytes: ...


class Around:
    """A card inside of another one."""

    def __init__(self, card: Card) -> None:
        self.card = card
        self.atr, self.answer_ms = card.atr, card.answer_ms

    def reset(self) -> None:
        self.card.reset()


class Chained(Around):
    """Answers with data by 61xx, and a wrong length by 6Cxx: EMV Book 1 section 9.3.1."""

    def __init__(self, card: Card) -> None:
        super().__init__(card)
        self._waiting = b""

    def respond(self, command: bytes) -> bytes:
        if command[1] == 0xC0:
            return self._rest(command[4])
        answer = self.card.respond(command)
        if len(command) == 5 and command[4] != (len(answer) - 2) & 0xFF and len(answer) > 2:
            return status(0x6C00 | len(answer) - 2)
        if len(command) > 5 and len(answer) > 2:
            self._waiting = answer
            return status(0x6100 | (len(answer) - 2) & 0xFF)
        return answer

    def _rest(self, le: int) -> bytes:
        body, sw = self._waiting[:-2], self._waiting[-2:]
        part, rest = body[: le or 256], body[le or 256 :]
        self._waiting = rest + sw
        return part + (status(0x6100 | min(len(rest), 255)) if rest else sw)


class Torn(Around):
    """Pulled at the `at`th command (1 is the first), before it answers."""

    def __init__(self, card: Card, at: int) -> None:
        super().__init__(card)
        self._left = at

    def respond(self, command: bytes) -> bytes:
        self._left -= 1
        if self._left <= 0:
            raise Gone
        return self.card.respond(command)


class Recorded(Around):
    """Keeps the exchanges, as a card file has them."""

    def __init__(self, card: Card) -> None:
        super().__init__(card)
        self.exchanges: list[list[str]] = []

    def respond(self, command: bytes) -> bytes:
        answer = self.card.respond(command)
        self.exchanges.append([command.hex().upper(), answer.hex().upper()])
        return answer


def _shown(command: bytes) -> str:
    """Without the PIN of VERIFY."""
    return (command[:5] if command[1:2] == b"\x20" else command).hex().upper()


class Replayed:
    """A card file's exchanges, strictly: another command than the next one is answered with 6F00 and noted."""

    answer_ms = 0

    def __init__(self, exchanges: list[list[str]], atr: bytes = ATR) -> None:
        self.atr, self._exchanges = atr, exchanges
        self.wrong = ""  # the first command that was not the next one
        self.reset()

    def reset(self) -> None:
        self._next = 0

    def respond(self, command: bytes) -> bytes:
        if self._next >= len(self._exchanges):
            self.wrong = self.wrong or f"one command too many: {_shown(command)}"
            return status(0x6F00)
        wanted, answer = (bytes.fromhex(text) for text in self._exchanges[self._next])
        if command != wanted:
            self.wrong = self.wrong or f"{_shown(command)} instead of {_shown(wanted)}"
            return status(0x6F00)
        self._next += 1
        return answer


class Altered(Around):
    """Somebody between card and reader who changes what the card says: `old` becomes `new`."""

    def __init__(self, card: Card, old: bytes, new: bytes) -> None:
        super().__init__(card)
        self._old, self._new = old, new

    def respond(self, command: bytes) -> bytes:
        return self.card.respond(command).replace(self._old, self._new)
