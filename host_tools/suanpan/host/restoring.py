# SPDX-License-Identifier: MIT
"""Brings back what the books lack of a terminal's journal: they were put back from a backup (docs/host.md).

By the same path as what comes over the wire: each identity once, the first body stands, conflicts are kept apart.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert

from suanpan.host import cursors, terminals
from suanpan.host.entry import Entry
from suanpan.host.ingest import Group
from suanpan.host.schema import imported, imports
from suanpan.host.statements import Bulk

_IMPORTED = Bulk(imported)


@dataclass
class Restored:
    """What became of the records; `left` are with the terminal, which sends them itself."""

    taken: list[Entry] = field(default_factory=list)
    held: list[Entry] = field(default_factory=list)
    apart: list[Entry] = field(default_factory=list)
    left: list[Entry] = field(default_factory=list)


class Restoring(Group):
    """One transaction's work on one journal."""

    def __init__(self, connection: Connection, now_s: int, terminal: str) -> None:
        super().__init__(connection, now_s)
        self._terminal, self._restored = terminal, Restored()

    def restore(self, entries: list[Entry]) -> Restored:
        """Everything in `entries`, records of this terminal; the caller commits."""
        terminals.lock(self._connection, [self._terminal])
        self._cursors = cursors.load(self._connection, [self._terminal])
        self._load_hashes(entries)
        gone = terminals.state_of(self._connection, self._terminal) == terminals.SUSPENDED
        newest = self._cursors.newest(self._terminal)
        epochs = defaultdict(list)
        for one in entries:
            epochs[one.epoch].append(one)
        for epoch, brought in sorted(epochs.items()):
            self._epoch(brought, whole=gone or epoch < newest)
        self._write(self._restored.taken)
        self._move_cursors()
        cursors.save(self._connection, self._cursors)
        return self._restored

    def note(self, image_sha256: str, who: str) -> None:
        """Mark what was taken with where it came from."""
        origin = {"terminal": self._terminal, "image_sha256": image_sha256, "who": who}
        made = self._connection.execute(insert(imports).values(**origin, imported_s=self._now_s))
        names = ("terminal", "epoch", "seq")
        rows = [dict(zip(names, one.identity, strict=True)) for one in self._restored.taken]
        assert made.inserted_primary_key is not None
        _IMPORTED.write(
            self._connection, [{**row, "import_id": made.inserted_primary_key[0]} for row in rows]
        )

    def _epoch(self, entries: list[Entry], whole: bool) -> None:
        """Records of one epoch; not `whole`: the terminal still speaks there, and sends the newest itself."""
        cursor, found = self._cursors[self._terminal, entries[0].epoch], self._restored
        highest = cursor.sequence.highest
        lacking = [one for one in entries if one.identity not in self._hashes]
        if self._contradicts(entries) or (cursor.lineage.disputed and lacking):
            self._keep_apart(entries)
            same = [one for one in entries if self._hashes.get(one.identity) == one.body_hash]
            found.held += same
            found.apart += [one for one in entries if one not in same]
            return
        found.held += [one for one in entries if one.identity in self._hashes]
        for one in {one.identity: one for one in lacking}.values():
            if whole or one.seq <= highest:
                cursor.sequence.add(one.seq, self._now_s)
                self._hashes[one.identity] = one.body_hash
                found.taken.append(one)
            else:
                found.left.append(one)
