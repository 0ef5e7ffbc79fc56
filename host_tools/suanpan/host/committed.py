# SPDX-License-Identifier: MIT
"""What goes into a commit and what follows from it: receipts, questions, refusals, changed rows."""

from dataclasses import dataclass, field

from suanpan.host.entry import Entry
from suanpan.host.envelope import Batch


@dataclass(frozen=True)
class Message:
    """A payload as the broker delivered it."""

    topic: str
    payload: bytes


@dataclass(frozen=True)
class Receipt:
    """What a terminal may retire now."""

    batch: Batch
    cumulative: int
    ranges: list[tuple[int, int]]


@dataclass(frozen=True)
class Dispute:
    """What is kept aside of a device that the books do not follow, and how it goes on."""

    batch: Batch
    ranges: list[tuple[int, int]]
    next_epoch: int
    counters: tuple[int, int, int]  # trace, batch, voucher of the newest intent in the books


@dataclass(frozen=True)
class Asked:
    """An intent or reversal whose decision the terminal waits for."""

    batch: Batch
    entry: Entry


@dataclass
class Committed:
    """All that follows from a committed group."""

    stored: int = 0
    receipts: list[Receipt] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    refused: list[Batch] = field(default_factory=list)
    changed: list[dict] = field(default_factory=list)  # rows of `transactions`
    alarms: list[dict] = field(default_factory=list)
    enrolled: list[str] = field(default_factory=list)
