# SPDX-License-Identifier: MIT
"""Cards that break the rules from their `at`th answer on, or in this one only: changed, endless, silent, foreign."""

import random
from collections.abc import Callable

from boards.sim.chips.emv.presented import Around, Card

Twist = Callable[[bytes, random.Random], bytes]


def _bits(answer: bytes, dice: random.Random) -> bytes:
    changed = bytearray(answer)
    for _ in range(dice.randrange(1, 4)):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _body(answer: bytes, dice: random.Random) -> bytes:
    """One byte of the data is another one; the status word stands."""
    if len(answer) < 3:
        return answer
    changed = bytearray(answer)
    changed[dice.randrange(len(answer) - 2)] = dice.randrange(256)
    return bytes(changed)


def _short(answer: bytes, dice: random.Random) -> bytes:
    return answer[: dice.randrange(len(answer))]


def _long(answer: bytes, dice: random.Random) -> bytes:
    return answer[:-2] + dice.randbytes(dice.randrange(1, 300)) + answer[-2:]


def _status(answer: bytes, dice: random.Random) -> bytes:
    words = (0x6A81, 0x6A82, 0x6A83, 0x6283, 0x6985, 0x6300, 0x63C0, 0x6E00, 0x9000, 0x0000, 0xFFFF)
    return answer[: dice.choice((-2, 0))] + dice.choice(words).to_bytes(2, "big")


def _noise(answer: bytes, dice: random.Random) -> bytes:
    return dice.randbytes(dice.randrange(260))


def _more(answer: bytes, dice: random.Random) -> bytes:
    return dice.choice((b"\x61\x00", b"\x61\x10", b"\x6c\x10", b"\x6c\x00"))


ONCE: dict[str, Twist] = {
    "bits": _bits,
    "body": _body,
    "short": _short,
    "long": _long,
    "status": _status,
    "noise": _noise,
}
ENDLESS: dict[str, Twist] = {"more": _more, "noise": _noise, "status": _status}


class Hostile(Around):
    """`twist` changes the answer number `at`, and all later ones when `on`."""

    def __init__(self, card: Card, twist: Twist, at: int, seed: int, on: bool = False) -> None:
        super().__init__(card)
        self._twist, self._at, self._on = twist, at, on
        self._dice, self._count = random.Random(seed), 0

    def respond(self, command: bytes) -> bytes:
        answer = self.card.respond(command)
        self._count += 1
        turn = self._count >= self._at if self._on else self._count == self._at
        return self._twist(answer, self._dice) if turn else answer
