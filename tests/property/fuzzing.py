# SPDX-License-Identifier: MIT
"""Bad input for parsers, from a seed, and what each must keep to: its own errors, few steps, nothing told of the input.

docs/fuzzing.md says which parsers. An input that fails stands in the failure's text, in hexadecimal digits.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from random import Random
from typing import NamedTuple

LONG = "SUANPAN_LONG" in os.environ
COUNT = 5_000_000 if LONG else 100_000  # inputs of each parser
TEXTS = 20  # different errors of a parser; one that quotes its input has as many as inputs
_LONGEST_S = 1.0  # of processor time for one input
_LOOK = 200  # of so many inputs one has its steps counted
_STEPS, _STEPS_PER_BYTE = 4000, 200  # lines of code


class Hang(BaseException):
    """An input keeps the parser busy; of this kind because no parser may catch it."""


class Grammar(NamedTuple):
    """What one parser reads: `sound` makes a right input, `telling` are bytes that mean something to it.

    `mended` puts lengths and check sums right again, so that what is wrong lies deeper. `right` and `own` are the
    shares of sound inputs, and of those of telling bytes alone.
    """

    sound: Callable[[Random], bytes]
    telling: bytes
    longest: int = 40
    mended: Callable[[bytes], bytes] = bytes
    right: float = 0.1
    own: float = 0.2

    def one(self, dice: Random) -> bytes:
        way = dice.random()
        if way < self.own:
            return bytes(dice.choices(self.telling, k=dice.randrange(self.longest)))
        if way < self.own + self.right:
            return self.sound(dice)
        data = changed(dice, self.sound(dice), self.telling)
        return self.mended(data) if dice.random() < 0.5 else data

    def inputs(self, seed: int | str, count: int = COUNT) -> Iterator[bytes]:
        dice = Random(seed)
        return (self.one(dice) for _ in range(count))


def changed(dice: Random, data: bytes, telling: bytes) -> bytes:
    """With one to three bytes lost, doubled or replaced; one in ten is cut."""
    left = bytearray(data)
    for _ in range(dice.randrange(1, 4)):
        at = dice.randrange(len(left) + 1)
        here = left[at : at + 1]
        left[at : at + 1] = dice.choice(
            (b"", here * 2, bytes((dice.choice(telling),)), bytes((dice.randrange(256),)))
        )
    if dice.random() < 0.1:
        del left[dice.randrange(len(left) + 1) :]
    return bytes(left)


class Target(NamedTuple):
    """A parser, what it reads, and how it may refuse. `parse` may hold more against it than its own errors."""

    parse: Callable[[bytes], object]
    grammar: Grammar
    errors: tuple = (ValueError,)


class Tally(NamedTuple):
    """How many inputs were taken and refused, and the texts of the refusals."""

    taken: int
    refused: int
    texts: frozenset[str]


def fuzzed(target: Target, seed: int | str, count: int = COUNT) -> Tally:
    """What became of `count` inputs of the target's own kind."""
    return tried(target.parse, target.grammar.inputs(seed, count), target.errors)


def tried(parse: Callable, inputs: Iterable[bytes], errors: tuple = (ValueError,)) -> Tally:
    """`parse` each input: a result, or one of `errors` that does not quote it. Hang, when it takes too long."""
    taken = number = 0
    texts: set[str] = set()
    with watched() as now:
        for number, data in enumerate(inputs, 1):
            now(data)
            try:
                _bounded(parse, data) if number % _LOOK == 0 else parse(data)
                taken += 1
            except errors as error:
                texts.add(repr(error))
            except Exception as error:
                raise AssertionError(f"{data.hex()}: {error!r}") from error
            assert len(texts) <= TEXTS, f"errors quote their input: {sorted(texts)}"
    return Tally(taken, number - taken, frozenset(texts))


@contextmanager
def watched() -> Iterator[Callable[[bytes], None]]:
    """Tell what is given for each input; Hang when one takes more than a second of processor time."""
    latest = b""

    def end(_number, _frame):
        raise Hang(f"no end: {latest.hex()}")

    def now(data: bytes) -> None:
        nonlocal latest
        latest = data
        signal.setitimer(signal.ITIMER_VIRTUAL, _LONGEST_S)

    before = signal.signal(signal.SIGVTALRM, end)
    try:
        yield now
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _bounded(parse: Callable, data: bytes) -> None:
    """Parse it, and count the lines that it runs."""
    steps, before = 0, sys.gettrace()

    def count(_frame, _event, _argument):
        nonlocal steps
        steps += 1
        return count

    sys.settrace(count)
    try:
        parse(data)
    finally:
        sys.settrace(before)
        assert steps <= _STEPS + _STEPS_PER_BYTE * len(data), f"{data.hex()}: {steps} steps"


class Line:
    """A bus on which one input comes after each write; nothing on it waits, and one answer in twenty is late."""

    def __init__(self, grammar: Grammar, seed: int | str) -> None:
        self._grammar, self._dice = grammar, Random(seed)
        self._input, self.streams = b"", 0
        self.now: Callable[[bytes], None] = len  # is told each input

    def write(self, *_sent) -> None:
        self.streams += 1
        self._input = self._grammar.one(self._dice)
        self.now(self._input)

    def any(self) -> int:
        return 0

    def readinto(self, buf) -> int:
        part, self._input = self._input[: len(buf)], self._input[len(buf) :]
        buf[: len(part)] = part
        return len(part)

    async def wait(self, _timeout_ms) -> bool:
        return bool(self._input) and self._dice.random() < 0.95


async def driven(once: Callable, line: Line, errors: tuple, count: int = COUNT) -> Tally:
    """`await once()` until `count` inputs have come on the line of its driver; as `tried`."""
    taken = refused = 0
    texts: set[str] = set()
    with watched() as line.now:
        while line.streams < count:
            try:
                taken += bool(await once())
            except errors as error:
                refused += 1
                texts.add(repr(error))
    assert len(texts) <= TEXTS, f"errors quote their input: {sorted(texts)}"
    return Tally(taken, refused, frozenset(texts))
