# SPDX-License-Identifier: MIT
"""Takes groups of messages into the database: each record once by its identity, one commit for a group.

Receipts, answers and acknowledgements are sent by the caller, after this has returned (invariants 3 and 4).
"""

from typing import NamedTuple

from sqlalchemy import Connection, Engine

from pos.codec import records as kinds
from suanpan.host import alarms, arrival, bounds, cursors, custody, fold, terminals, vouching
from suanpan.host.alarms import Aside
from suanpan.host.committed import Asked, Committed, Dispute, Message, Receipt
from suanpan.host.database import reading, writing
from suanpan.host.entry import Entry
from suanpan.host.envelope import Batch
from suanpan.host.opening import Opened, open_group
from suanpan.host.schema import Identity, records
from suanpan.host.sequence import spans
from suanpan.host.statements import Bulk, ByIdentity, identity_of

_REQUESTS = (kinds.SALE.kind, kinds.VOID.kind, kinds.REFUND.kind, kinds.REVERSAL.kind)
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
            return Group(connection, now_s).store(opened)


class _Heard(NamedTuple):
    """What one power-on has brought in a group: `aside` when the books do not follow it."""

    batch: Batch
    aside: bool
    seqs: set[int]


class Group:
    """One transaction's work on one group of messages."""

    def __init__(self, connection: Connection, now_s: int) -> None:
        self._connection, self._now_s = connection, now_s
        self._done = Committed()
        self._cursors = cursors.Cursors()
        self._joined: set[Identity] = set()  # intents in the books with decisions that are kept apart
        self._hashes: dict[Identity, bytes] = {}  # of bodies in the books
        self._heard: dict[tuple, _Heard] = {}  # by terminal, epoch, power-on, and whether it is put aside

    def store(self, opened: Opened) -> Committed:
        """The whole group, in order of arrival."""
        for aside in opened.asides:
            self._put_aside(aside)
        self._refuse(opened.refused)
        self._hear([batch for batch, _ in opened.batches])
        self._load_hashes([one for _, entries in opened.batches for one in entries])
        fresh = [one for brought in opened.batches for one in self._take(*brought)]
        self._write(fresh)
        self._move_cursors()
        self._reply()
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

    def _load_hashes(self, brought: list[Entry]) -> None:
        """Hashes of those bodies that are in the books already."""
        again = {
            one.identity
            for one in brought
            if (cursor := self._cursors.get((one.terminal, one.epoch))) and cursor.sequence.may_hold(one.seq)
        }
        rows = _HASHES.rows(self._connection, again)
        self._hashes = {(terminal, epoch, seq): body_hash for terminal, epoch, seq, body_hash in rows}

    def _take(self, batch: Batch, entries: list[Entry]) -> list[Entry]:
        """What of a batch is new to the books: nothing when they do not follow the device that speaks."""
        cursor, seqs = self._cursor_of(batch), {one.seq for one in entries}
        lineage = cursor.lineage
        newest = batch.epoch >= self._cursors.newest(batch.terminal.terminal)
        known = lineage.follows(batch.nonce, batch.since, seqs, cursor.sequence, newest)
        aside = not known or self._contradicts(entries)
        if not aside:  # what is left is not receipted, so it comes again
            entries = [one for one in entries if self._may_join(one, batch, seqs, cursor)]
        key = (batch.terminal.terminal, batch.epoch, batch.nonce, aside)
        self._heard.setdefault(key, _Heard(batch, aside, set())).seqs.update(one.seq for one in entries)
        if aside:
            lineage.doubt(batch.nonce)
            self._keep_apart(entries)
            return []
        lineage.adopt(batch.nonce, batch.since, batch.cumulative, cursor.sequence)
        return self._admit(batch, entries, cursor)

    def _cursor_of(self, batch: Batch) -> cursors.Cursor:
        return self._cursors[batch.terminal.terminal, batch.epoch]

    def _may_join(self, one: Entry, batch: Batch, seqs: set[int], cursor: cursors.Cursor) -> bool:
        return one.identity in self._hashes or vouching.vouched(one, batch, seqs, cursor)

    def _contradicts(self, entries: list[Entry]) -> bool:
        """Has a number another body than before? The first one stands, whatever comes later (F16)."""
        first: dict[Identity, bytes] = {}
        return any(
            self._hashes.get(one.identity, first.setdefault(one.identity, one.body_hash)) != one.body_hash
            for one in entries
        )

    def _keep_apart(self, entries: list[Entry]) -> None:
        """All that the books do not hold: an outcome must not meet the intent of another device.

        The intent's own body beside it shows that it is not another one's.
        """
        shown = {one.identity for one in entries if self._hashes.get(one.identity) == one.body_hash}
        beside = {one.identity: one.body_hash for one in entries}
        for one in entries:
            stands = self._hashes.get(one.identity)
            if stands == one.body_hash:
                continue
            if one.subject in shown and one.kind in fold.KINDS:
                self._joined.add(one.subject)
                self._put_aside_record(fold.JOINED, one, f"epoch {one.epoch}")
                continue
            reason, alarm = (custody.OTHER_BODY, "") if stands else (custody.DISPUTED, f"epoch {one.epoch}")
            self._put_aside_record(reason, one, alarm, custody.most(one), beside.get(one.subject))

    def _admit(self, batch: Batch, entries: list[Entry], cursor: cursors.Cursor) -> list[Entry]:
        fresh = []
        beside = {vouching.spoken_of(one) for one in entries}  # brought only to show whose they are
        for one in entries:
            if one.identity in self._hashes:
                cursor.duplicates += one.identity not in beside
            else:
                cursor.sequence.add(one.seq, self._now_s)
                self._hashes[one.identity] = one.body_hash
                fresh.append(one)
            if batch.urgent and one.kind in _REQUESTS and one.identity not in beside:
                self._done.asked.append(Asked(batch, one))
        return fresh

    def _write(self, fresh: list[Entry]) -> None:
        self._done.stored = len(fresh)
        if not fresh and not self._joined:
            return
        subjects = self._joined | {one.subject for one in fresh if one.kind in fold.KINDS}
        told = fold.stored_about(self._connection, subjects)
        _INSERT.write(self._connection, [one.row(self._now_s) for one in fresh])
        arrival.withdraw(self._connection, fresh, self._now_s)
        told += [fold.Stored(one, self._now_s) for one in fresh]
        self._done.changed, conflicts = fold.refold(self._connection, told)
        for name, epoch, seq in conflicts:
            self._alarm("state-conflict", name, f"epoch {epoch}, seq {seq}")
        for one in fresh:
            if not one.known:
                self._put_aside_record("unknown-kind", one, f"kind {one.kind}")
            elif one.kind == kinds.ALARM.kind:
                self._terminal_alarm(one)

    def _move_cursors(self) -> None:
        for (name, epoch), cursor in self._cursors.items():
            for gap in cursor.overdue(self._now_s):
                self._alarm("gap", name, f"epoch {epoch}, seq {gap.first} to {gap.last}")
            if cursor.sequence.merged:
                self._alarm("flood", name, "gaps")
            if cursor.repeats_itself:
                self._alarm("duplicates", name, f"epoch {epoch}")

    def _reply(self) -> None:
        """A receipt to whom the books follow; to others what was kept aside, and how to go on."""
        for batch, aside, seqs in self._heard.values():
            if aside:
                name = batch.terminal.terminal
                go_on = self._cursors.newest(name) + 1, fold.counters(self._connection, name)
                self._done.disputes.append(Dispute(batch, spans(seqs), *go_on))
            else:
                cursor = self._cursor_of(batch)
                told = cursor.lineage.receipt(batch.nonce, seqs, cursor.sequence)
                self._done.receipts.append(Receipt(batch, *told))
        cursors.save(self._connection, self._cursors)

    def _alarm(self, code: str, terminal: str, detail: str) -> None:
        self._done.alarms += alarms.raise_alarm(self._connection, code, terminal, detail, self._now_s)

    def _terminal_alarm(self, one: Entry) -> None:
        code, severity, detail = (one.fields[name] for name in ("code", "severity", "detail"))
        grade = _SEVERITY.get(severity, alarms.ERROR)
        told = str(code), grade, "terminal", one.terminal, detail, self._now_s
        self._done.alarms += alarms.note(self._connection, *told)

    def _put_aside_record(
        self,
        reason: str,
        one: Entry,
        alarm: str = "",
        most: int = bounds.MESSAGES,
        about: bytes | None = None,
    ) -> None:
        detail = f"epoch {one.epoch}, seq {one.seq}, kind {one.kind}"
        self._put_aside(Aside(reason, detail, one.terminal, "", one.body, alarm, most, about))

    def _put_aside(self, aside: Aside) -> None:
        self._done.alarms += alarms.put_aside(self._connection, aside, self._now_s)
