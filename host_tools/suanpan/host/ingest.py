# SPDX-License-Identifier: MIT
"""Takes groups of messages into the database: each record once by its identity, one commit for a group.

Receipts, answers and acknowledgements are sent by the caller, after this has returned (invariants 3 and 4).
"""

from sqlalchemy import Connection, Engine, insert, select

from pos.codec import records as kinds
from suanpan.host import alarms, entry, envelope, fold, receipts, terminals
from suanpan.host.committed import Asked, Committed, Message, Receipt
from suanpan.host.database import writing
from suanpan.host.entry import Entry
from suanpan.host.envelope import Batch, Rejected
from suanpan.host.schema import Identity, records
from suanpan.host.statements import any_of
from suanpan.host.terminals import Terminal

_REQUESTS = (kinds.SALE.kind, kinds.VOID.kind, kinds.REVERSAL.kind)
_FOLDED = (kinds.OUTCOME.kind, *_REQUESTS)
_SEVERITY = {1: alarms.INFO, 2: alarms.WARNING}  # of a terminal's alarm; anything above is an error


class Ingest:
    """`commit(messages, now_s)` is the only way into the books."""

    def __init__(self, engine: Engine, register: terminals.Register) -> None:
        self._engine = engine
        self._register = register

    def commit(self, messages: list[Message], now_s: int) -> Committed:
        """Store what `messages` bring; durable on return. Raises only what the database raises."""
        with writing(self._engine) as connection:
            return _Group(connection, self._register, now_s).take(messages)


class _Group:
    """One transaction's work on one group of messages."""

    def __init__(self, connection: Connection, register: terminals.Register, now_s: int) -> None:
        self.connection = connection
        self.register = register
        self.now_s = now_s
        self.result = Committed()
        self.found: dict[str, Terminal | None] = {}
        self.heard: dict[
            tuple[str, int], tuple[Batch, set[int]]
        ] = {}  # by terminal and epoch: what to receipt

    def take(self, messages: list[Message]) -> Committed:
        """The whole group, in order of arrival."""
        batches = [batch for message in messages if (batch := self._open(message))]
        read = [
            (batch, one) for batch in batches for body in batch.records if (one := self._read(batch, body))
        ]
        hashes = self._stored_hashes([one for _, one in read])
        fresh = [one for batch, one in read if self._admit(batch, one, hashes)]
        self._store(fresh)
        terminals.seen(self.connection, {batch.terminal.terminal for batch in batches}, self.now_s)
        for (name, epoch), (batch, seqs) in self.heard.items():
            up_to = receipts.advance(self.connection, name, epoch, seqs)
            self.result.receipts.append(Receipt(batch.terminal, batch.partition, epoch, *up_to))
        return self.result

    def _open(self, message: Message) -> Batch | None:
        try:
            batch = envelope.open_up(message.topic, message.payload, self._find)
        except Rejected as rejected:
            self._put_aside(rejected.reason, str(rejected), rejected.terminal, message.payload, message.topic)
            return None
        name = batch.terminal.terminal
        if batch.terminal.state == terminals.SUSPENDED:
            self.result.alarms.append(alarms.raise_alarm(self.connection, "suspended", name, "", self.now_s))
            self.result.refused.append(batch)
            return None
        if not batch.terminal.known and name not in self.result.enrolled:
            terminals.enrol(self.connection, name, self.now_s)
            self.result.enrolled.append(name)
        self.heard.setdefault((name, batch.epoch), (batch, set()))
        return batch

    def _find(self, name: str) -> Terminal | None:
        if name not in self.found:
            self.found[name] = self.register.find(self.connection, name)
        return self.found[name]

    def _read(self, batch: Batch, body: bytes) -> Entry | None:
        try:
            return entry.read(batch.terminal.terminal, body)
        except ValueError as error:
            self._put_aside("malformed", str(error), batch.terminal.terminal, body)
            return None

    def _stored_hashes(self, entries: list[Entry]) -> dict[Identity, bytes]:
        identity = (records.c.terminal, records.c.epoch, records.c.seq)
        stored = {}
        for these in any_of(*identity, (one.identity for one in entries)):
            for row in self.connection.execute(select(*identity, records.c.body_hash).where(these)):
                stored[row.terminal, row.epoch, row.seq] = row.body_hash
        return stored

    def _admit(self, batch: Batch, one: Entry, hashes: dict[Identity, bytes]) -> bool:
        """True when `one` is new. The first body under an identity stands, whatever comes later (F16)."""
        fresh = one.identity not in hashes
        if hashes.setdefault(one.identity, one.body_hash) != one.body_hash:
            self._put_aside("other-body", f"epoch {one.epoch}, seq {one.seq}", one.terminal, one.body)
            return False
        self.heard.setdefault((one.terminal, one.epoch), (batch, set()))[1].add(one.seq)
        if batch.urgent and one.kind in _REQUESTS:
            self.result.asked.append(Asked(batch.terminal, batch.partition, one))
        return fresh

    def _store(self, fresh: list[Entry]) -> None:
        if not fresh:
            return
        self.connection.execute(insert(records), [one.row(self.now_s) for one in fresh])
        self.result.stored = len(fresh)
        for one in fresh:
            if not one.known:
                self._put_aside("unknown-kind", f"kind {one.kind}", one.terminal, one.body)
            elif one.kind == kinds.ALARM.kind:
                self._terminal_alarm(one)
        subjects = {one.subject for one in fresh if one.kind in _FOLDED}
        self.result.changed, conflicts = fold.refold(self.connection, subjects)
        for name, epoch, seq in conflicts:
            detail = f"epoch {epoch}, seq {seq}"
            raised = alarms.raise_alarm(self.connection, "state-conflict", name, detail, self.now_s)
            self.result.alarms.append(raised)

    def _terminal_alarm(self, one: Entry) -> None:
        code, severity, detail = (one.fields[name] for name in ("code", "severity", "detail"))
        grade = _SEVERITY.get(severity, alarms.ERROR)
        noted = alarms.note(self.connection, str(code), grade, "terminal", one.terminal, detail, self.now_s)
        self.result.alarms.append(noted)

    def _put_aside(self, reason: str, detail: str, terminal: str, raw: bytes, topic: str = "") -> None:
        raised = alarms.put_aside(self.connection, reason, detail, terminal, topic, raw, self.now_s)
        self.result.alarms.append(raised)
