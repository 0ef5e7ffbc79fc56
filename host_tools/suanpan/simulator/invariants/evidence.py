# SPDX-License-Identifier: MIT
"""What a run left behind, as plain values: all that the checks of DESIGN section 2 look at."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from pos.codec import records as kinds
from pos.domain.transaction import fold_all
from suanpan.canaries import Canary
from suanpan.host import icc

Identity = tuple[int, int]  # epoch, seq
Row = dict[str, Any]
Complaints = Iterator[str]  # each names the record or slip; none: the check holds


class Slip(NamedTuple):
    """What stands on one slip; `complete` once it was cut off."""

    text: str
    complete: bool


class HostBooks(NamedTuple):
    """What the host's database holds of this terminal."""

    records: dict[Identity, bytes]
    decided: set[Identity]
    transactions: list[Row]


@dataclass
class Evidence:
    """One terminal after a run; `host` is None when the books are somebody else's."""

    journal: list[bytes]  # every retained record, oldest first
    pending: set[Identity] = field(default_factory=set)  # without the host's receipt
    damage: list[str] = field(default_factory=list)  # what could not be read as it should
    earlier: Identity = (0, 0)  # receipted up to here before the run, perhaps by another host
    sent: list[bytes] = field(default_factory=list)  # records that crossed the broker
    slips: list[Slip] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    canaries: list[Canary] = field(default_factory=list)  # what must not be in `files`
    host: HostBooks | None = None

    @cached_property
    def records(self) -> list[Row]:
        return [decoded(record) for record in self.journal]

    @cached_property
    def bodies(self) -> dict[Identity, bytes]:
        return {identity(row): body for row, body in zip(self.records, self.journal, strict=True)}

    @property
    def books(self) -> HostBooks:
        return self.host or HostBooks({}, set(), [])

    @cached_property
    def _epochs(self) -> set[int]:
        return {row["epoch"] for row in self.records}

    def retained(self, one: Identity) -> bool:
        """Should the journal still hold it? Older ones were erased after delivery, other epochs are not its own."""
        return one[0] in self._epochs and one >= identity(self.records[0])

    def transactions(self) -> list[Row]:
        """Of the journal, and of the host what the journal retains no longer."""
        own = [row for row in self.books.transactions if row["epoch"] in self._epochs]
        return [row for row in own if not self.retained(identity(row))] + folded(self.records)

    def at_host(self) -> list[Row]:
        """The journal's records that the host holds."""
        return [row for row in self.records if identity(row) in self.books.records]


@lru_cache(maxsize=4096)
def decoded(record: bytes) -> Row:
    """What a record says; shared, so only to be read."""
    return kinds.as_dict(record)


def identity(row: Row) -> Identity:
    return row["epoch"], row["seq"]


def folded(records: list[Row]) -> list[Row]:
    """Transactions whose intent is among `records`; StateError when the records contradict each other."""
    found = (one for one in fold_all(records) if one.kind)
    return [{**one.as_dict(), "emv": icc.described(one.icc, one.entry)} for one in found]


def named(one: Identity) -> str:
    return f"epoch {one[0]}, seq {one[1]}"
