# SPDX-License-Identifier: MIT
"""Sequences and lineages of the terminals in a group, from and to the tables `cursors` and `gaps`.

The caller holds a lock on these terminals, so that two hosts never move one cursor.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, field, replace

from sqlalchemy import Connection, bindparam, delete, select

from suanpan.host.lineage import Lineage
from suanpan.host.schema import cursors, gaps
from suanpan.host.sequence import Gap, Sequence
from suanpan.host.statements import Bulk, ByTerminal

OVERDUE_S = 600  # urgent records overtake by seconds; what is missing for longer was lost or refused
REPEATS = 1000  # some duplicates are normal; a terminal that hears no receipt sends without end

_CURSORS = ByTerminal(cursors, select(cursors).where)
_GAPS = ByTerminal(gaps, select(gaps).order_by(gaps.c.first).where)
_CLOSED = delete(gaps).where(
    gaps.c.terminal == bindparam("name"), gaps.c.epoch == bindparam("era"), gaps.c.first == bindparam("start")
)
_MOVE, _OPEN = Bulk(cursors, replace=True), Bulk(gaps, replace=True)


@dataclass
class Cursor:
    """One terminal and epoch: what is stored, how often something came again, and both as they are in the table."""

    sequence: Sequence = field(default_factory=Sequence)
    duplicates: int = 0
    stored_gaps: list[Gap] = field(default_factory=list)
    stored_duplicates: int = 0
    lineage: Lineage = field(default_factory=Lineage)

    @property
    def repeats_itself(self) -> bool:
        """True each time when REPEATS more duplicates have come."""
        return self.duplicates // REPEATS > self.stored_duplicates // REPEATS

    def overdue(self, now_s: int) -> Iterator[Gap]:
        """Gaps that nobody was told of, open for too long or receipted once; from now on they count as told."""
        for at, gap in enumerate(self.sequence.gaps):
            lost = gap.first <= self.lineage.receipted  # books from a backup that is older
            if not gap.told and (lost or now_s - gap.since_s >= OVERDUE_S):
                self.sequence.gaps[at] = replace(gap, told=True)
                yield gap


class Cursors(dict[tuple[str, int], Cursor]):
    """By terminal and epoch; one that was never heard of begins empty."""

    def newest(self, terminal: str) -> int:
        """The highest epoch that is known of a terminal; 0 before its first."""
        return max((epoch for name, epoch in self if name == terminal), default=0)

    def __missing__(self, key: tuple[str, int]) -> Cursor:
        return self.setdefault(key, Cursor())


def load(connection: Connection, names: Collection[str]) -> Cursors:
    """Cursors of these terminals."""
    missing = defaultdict(list)
    for row in _GAPS.execute(connection, names):
        missing[row.terminal, row.epoch].append(Gap(row.first, row.last, row.since_s, row.told, row.missing))
    found = Cursors()
    for row in _CURSORS.execute(connection, names):
        known = missing[row.terminal, row.epoch]
        sequence = Sequence(row.highest, list(known))
        lineage = Lineage(row.nonce, row.since, row.receipted, row.disputed)
        found[row.terminal, row.epoch] = Cursor(sequence, row.duplicates, known, row.duplicates, lineage)
    return found


def save(connection: Connection, changed: Cursors) -> None:
    """Write cursors, close and open gaps."""
    moved, closed, opened = [], [], []
    for (name, epoch), cursor in changed.items():
        if not cursor.sequence.highest:
            continue  # an epoch that was only named leaves nothing
        key = {"terminal": name, "epoch": epoch}
        state = {"highest": cursor.sequence.highest, "duplicates": cursor.duplicates}
        moved.append({**key, **state, **vars(cursor.lineage)})
        before, after = set(cursor.stored_gaps), set(cursor.sequence.gaps)
        gone = {gap.first for gap in before} - {gap.first for gap in after}
        closed += [{"name": name, "era": epoch, "start": first} for first in gone]
        opened += [{**key, **asdict(gap)} for gap in after - before]
    _MOVE.write(connection, moved)
    if closed:
        connection.execute(_CLOSED, closed)
    _OPEN.write(connection, opened)
