# SPDX-License-Identifier: MIT
"""What goes into a commit and what follows from it: receipts, questions, refusals, changed rows."""

from dataclasses import dataclass, field

from suanpan.host.entry import Entry
from suanpan.host.envelope import Batch
from suanpan.host.terminals import Terminal


@dataclass(frozen=True)
class Message:
    """A payload as the broker delivered it."""

    topic: str
    payload: bytes


@dataclass(frozen=True)
class Receipt:
    """What a terminal may retire now."""

    terminal: Terminal
    partition: str
    epoch: int
    cumulative: int
    ranges: list[tuple[int, int]]


@dataclass(frozen=True)
class Asked:
    """An intent or reversal whose decision the terminal waits for."""

    terminal: Terminal
    partition: str
    entry: Entry


@dataclass
class Committed:
    """All that follows from a committed group."""

    stored: int = 0
    receipts: list[Receipt] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    refused: list[Batch] = field(default_factory=list)
    changed: list[dict] = field(default_factory=list)  # rows of `transactions`
    alarms: list[dict] = field(default_factory=list)
    enrolled: list[str] = field(default_factory=list)
