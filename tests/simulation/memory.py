# SPDX-License-Identifier: MIT
"""Allocation that fails: the n-th call of a place that allocates raises MemoryError, once (FAULTS F7)."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from pos import compat
from pos.cards import card_data
from pos.codec import cose, messages, records
from pos.domain import receipt
from pos.domain import transaction as tx
from pos.journal.reader import Reader
from pos.journal.walk import Walk
from pos.net import packet
from pos.ui.operator import Operator
from simulation.terminal import OWNER

# what is called there on a terminal allocates before it changes anything
SITES = (
    (cose, "mac0"),
    (messages, "batch"),
    (messages, "parse_down"),
    (records, "as_dict"),
    (tx, "fold"),
    (card_data, "seal"),
    (receipt, "wrap"),
    (packet, "publish"),
    (Reader, "read"),
    (Walk, "__init__"),
    (Operator, "show"),
    (compat, "read_into"),
)


class Shortage:
    """`strike(terminal, n)`: the n-th allocation of `terminal` from now on fails."""

    def __init__(self) -> None:
        self._terminal = None
        self._left = 0

    def strike(self, terminal, count: int) -> None:
        self._terminal, self._left = terminal, count

    def end(self) -> None:
        self._terminal = None

    @contextmanager
    def possible(self, wanted: bool) -> Iterator[None]:
        with ExitStack() as stack:
            for place, name in SITES if wanted else ():
                stack.enter_context(patch.object(place, name, self._guarded(getattr(place, name), name)))
            yield

    def _guarded(self, function, name: str):
        def guarded(*arguments, **named):
            if self._terminal is not None and OWNER.get() is self._terminal:
                self._count(name)
            return function(*arguments, **named)

        return guarded

    def _count(self, name: str) -> None:
        self._left -= 1
        if self._left <= 0:
            terminal, self._terminal = self._terminal, None
            terminal.world.note(terminal.name, f"no memory in {name}")
            raise MemoryError(name)
