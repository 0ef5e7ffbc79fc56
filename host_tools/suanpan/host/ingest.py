# SPDX-License-Identifier: MIT
"""Takes groups of messages into the database: each record once by its identity, one commit for a group.

Receipts, answers and acknowledgements are sent by the caller, after this has returned (invariants 3 and 4).
"""

from sqlalchemy import Connection, Engine

from pos.codec import records as kinds
from suanpan.host import alarms, cursors, fold, terminals
from suanpan.host.alarms import Aside
from suanpan.host.committed import Asked, Committed, Message, Receipt
from suanpan.host.database import reading, writing
from suanpan.host.entry import Entry
from suanpan.host.envelope import Batch
from suanpan.host.opening import Opened, open_group
from suanpan.host.schema import Identity, records
from suanpan.host.statements import Bulk, ByIdentity, identity_of

_REQUESTS = (kinds.SALE.kind, kinds.VOID.kind, kinds.REVERSAL.kind)
_SEVERITY = {1: alarms.INFO, 2: alarms.WARNING}  # of a terminal's alarm; anything above is an error
_HASHES = ByIdentity(identity_of(records), (*identity_of(records), records.c.body_hash))
_INSERT = Bulk(records)


class Ingest:
    """`commit(messages, now_s)` is the only way into the books."""

    def __init__(self, engine: Engine, register: terminals.Register) -> None:
        self._engine = engine
        self._register = register

    def commit(self, messages: list[Message], now_s: int) -> Committed:
        """Store what `messages` bring; durable on return. Raises only what the database raises."""
        with reading(self._engine) as connection:
            opened = open_group(connection, self._register, messages)
        with writing(self._engine) as connection:
            return _Group(connection, now_s).store(opened)


class _Group:
    """One transaction's work on one group of messages."""

    def __init__(self, connection: Connection, now_s: int) -> None:
        self._connection, self._now_s = connection, now_s
        self._done = Committed()
        self._cursors = cursors.Cursors()
        self._heard: dict[
            tuple[str, int], tuple[Batch, set[int]]
        ] = {}  # by terminal and epoch: what to receipt

    def store(self, opened: Opened) -> Committed:
        """The whole group, in order of arrival."""
        for aside in opened.asides:
            self._put_aside(aside)
        self._refuse(opened.refused)
        self._hear(opened.batches)
        fresh = self._admit(opened.records)
        self._write(fresh)
        self._move_cursors()
        return self._done

    def _refuse(self, batches: list[Batch]) -> None:
        self._done.refused = batches
        for batch in batches:
            self._alarm("suspended", batch.terminal.terminal, "")

    def _hear(self, batches: list[Batch]) -> None:
        names = {batch.terminal.terminal for batch in batches}
        new = {batch.terminal.terminal for batch in batches if not batch.terminal.known}
        self._done.enrolled = [
            name for name in sorted(new) if terminals.enrol(self._connection, name, self._now_s)
        ]
        terminals.hear(self._connection, names, self._now_s)
        self._cursors = cursors.load(self._connection, names)
        for batch in batches:
            self._heard.setdefault((batch.terminal.terminal, batch.epoch), (batch, set()))

    def _admit(self, brought: list[tuple[Batch, Entry]]) -> list[Entry]:
        """What is new. The first body under an identity stands, whatever comes later (F16)."""
        hashes = self._stored_hashes(brought)
        fresh = []
        for batch, one in brought:
            cursor = self._cursors[one.terminal, one.epoch]
            stands = hashes.setdefault(one.identity, one.body_hash)
            if stands != one.body_hash:
                self._put_aside_record("other-body", f"epoch {one.epoch}, seq {one.seq}", one)
                continue
            if one.seq in cursor.sequence:
                cursor.duplicates += 1
            else:
                cursor.sequence.add(one.seq, self._now_s)
                fresh.append(one)
            self._heard.setdefault((one.terminal, one.epoch), (batch, set()))[1].add(one.seq)
            if batch.urgent and one.kind in _REQUESTS:
                self._done.asked.append(Asked(batch.terminal, batch.partition, one))
        return fresh

    def _stored_hashes(self, brought: list[tuple[Batch, Entry]]) -> dict[Identity, bytes]:
        """Hashes of those bodies that are in the books already."""
        again = {
            one.identity for _, one in brought if one.seq in self._cursors[one.terminal, one.epoch].sequence
        }
        rows = _HASHES.rows(self._connection, again)
        return {(terminal, epoch, seq): body_hash for terminal, epoch, seq, body_hash in rows}

    def _write(self, fresh: list[Entry]) -> None:
        self._done.stored = len(fresh)
        if not fresh:
            return
        subjects = {one.subject for one in fresh if one.kind in fold.KINDS}
        told = fold.stored_about(self._connection, subjects)
        _INSERT.write(self._connection, [one.row(self._now_s) for one in fresh])
        told += [fold.Stored(one, self._now_s) for one in fresh]
        self._done.changed, conflicts = fold.refold(self._connection, told)
        for name, epoch, seq in conflicts:
            self._alarm("state-conflict", name, f"epoch {epoch}, seq {seq}")
        for one in fresh:
            if not one.known:
                self._put_aside_record("unknown-kind", f"kind {one.kind}", one)
            elif one.kind == kinds.ALARM.kind:
                self._terminal_alarm(one)

    def _move_cursors(self) -> None:
        for (name, epoch), cursor in self._cursors.items():
            for gap in cursor.overdue(self._now_s):
                self._alarm("gap", name, f"epoch {epoch}, seq {gap.first} to {gap.last}")
            if cursor.repeats_itself:
                self._alarm("duplicates", name, f"epoch {epoch}")
        cursors.save(self._connection, self._cursors)
        for (name, epoch), (batch, seqs) in self._heard.items():
            sequence = self._cursors[name, epoch].sequence
            receipt = Receipt(
                batch.terminal, batch.partition, epoch, sequence.cumulative, sequence.ranges(seqs)
            )
            self._done.receipts.append(receipt)

    def _alarm(self, code: str, terminal: str, detail: str) -> None:
        raised = alarms.raise_alarm(self._connection, code, terminal, detail, self._now_s)
        self._done.alarms.append(raised)

    def _terminal_alarm(self, one: Entry) -> None:
        code, severity, detail = (one.fields[name] for name in ("code", "severity", "detail"))
        grade = _SEVERITY.get(severity, alarms.ERROR)
        noted = alarms.note(self._connection, str(code), grade, "terminal", one.terminal, detail, self._now_s)
        self._done.alarms.append(noted)

    def _put_aside_record(self, reason: str, detail: str, one: Entry) -> None:
        self._put_aside(Aside(reason, detail, one.terminal, "", one.body))

    def _put_aside(self, aside: Aside) -> None:
        raised = alarms.put_aside(self._connection, aside, self._now_s)
        self._done.alarms.append(raised)
