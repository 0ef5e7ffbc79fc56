# SPDX-License-Identifier: MIT
"""Decides requests, each once by its identity: a request that comes again gets the stored decision again.

Sales go to issuer or wallet, voids are decided from the books, reversals are always taken (DOMAIN.md M4, M5).
"""

import hashlib
from dataclasses import dataclass

from pos.codec import records as kinds
from pos.domain.transaction import APPROVED as BOOKED
from pos.domain.transaction import PENDING
from sqlalchemy import Connection, Engine, Row, Table, and_, insert, select

from suanpan.host import alarms, card_data
from suanpan.host.database import writing
from suanpan.host.ingest import Asked
from suanpan.host.issuer import SandboxIssuer
from suanpan.host.schema import decisions, records, transactions
from suanpan.host.script import Script
from suanpan.host.verdict import APPROVED, INVALID, LATE, NEVER, NOT_FOUND, Request, Verdict
from suanpan.host.wallet import SandboxWallet


@dataclass(frozen=True)
class Answer:
    """A stored decision on its way to the terminal; `due_s` None: the terminal never hears of it."""

    asked: Asked
    code: str
    auth_code: str
    reference: str
    amount: int
    due_s: float | None


class Decider:
    """`decide(asked, now_s)` stores decisions and returns the answers; durable on return."""

    def __init__(self, engine: Engine, script: Script, late_s: float) -> None:
        self._engine = engine
        self._script = script
        self._late_s = late_s
        self._issuer, self._wallet = SandboxIssuer(), SandboxWallet()
        self.raised: list[dict] = []  # alarms of the last call

    def decide(self, asked: list[Asked], now_s: int) -> list[Answer]:
        """Answers in the order asked."""
        self.raised = []
        if not asked:
            return []
        with writing(self._engine) as connection:
            return [self._answer(connection, one, now_s) for one in asked]

    def _answer(self, connection: Connection, asked: Asked, now_s: int) -> Answer:
        query = select(decisions).where(_is(decisions, asked.entry.identity))
        stored = connection.execute(query).first()
        if stored is None:
            verdict = self._verdict(connection, asked, now_s)
            connection.execute(insert(decisions).values(self._row(asked.entry.identity, verdict, now_s)))
            stored = connection.execute(query).one()
        return Answer(asked, stored.code, stored.auth_code, stored.reference, stored.amount, stored.answer_s)

    def _row(self, identity: tuple[str, int, int], verdict: Verdict, now_s: int) -> dict:
        terminal, epoch, seq = identity
        auth_code, reference = _numbers(identity) if verdict.amount else ("", "")
        delay = {LATE: self._late_s, NEVER: None}.get(verdict.answer, 0)
        return {
            "terminal": terminal,
            "epoch": epoch,
            "seq": seq,
            "code": verdict.code,
            "auth_code": auth_code,
            "reference": reference,
            "amount": verdict.amount,
            "decided_s": now_s,
            "answer_s": None if delay is None else now_s + delay,
        }

    def _verdict(self, connection: Connection, asked: Asked, now_s: int) -> Verdict:
        one = asked.entry
        if one.kind == kinds.REVERSAL.kind:
            return Verdict(APPROVED)
        if _reversed(connection, one.identity):
            return Verdict(INVALID)  # its reversal overtook it: never authorise what is already taken back
        refusal = _void_refusal(connection, asked) if one.kind == kinds.VOID.kind else None
        if refusal is not None:
            return refusal
        scripted = self._script.take(one.fields["amount"])
        if scripted is not None:
            return scripted
        if one.kind == kinds.VOID.kind:
            return Verdict(APPROVED, one.fields["amount"])
        return self._sale(connection, asked, now_s)

    def _sale(self, connection: Connection, asked: Asked, now_s: int) -> Verdict:
        fields = asked.entry.fields
        try:
            number = card_data.unseal(asked.terminal.data_key, fields["card"]).pan
        except ValueError:
            number = ""
            detail = f"epoch {asked.entry.epoch}, seq {asked.entry.seq}"
            name = asked.terminal.terminal
            self.raised.append(alarms.raise_alarm(connection, "card-data", name, detail, now_s))
        request = Request(
            asked.terminal.terminal, fields["amount"], fields["currency"], fields["entry"], number
        )
        return (self._wallet if request.entry == kinds.ENTRY_CODE else self._issuer).decide(request)


def _void_refusal(connection: Connection, asked: Asked) -> Verdict | None:
    """Why a void is not allowed: its original is not here (25), or not approved, voided, other amount (12)."""
    fields = asked.entry.fields
    identity = (asked.terminal.terminal, fields["original_epoch"], fields["original_seq"])
    original = connection.execute(select(transactions).where(_is(transactions, identity))).first()
    if original is None:
        return Verdict(NOT_FOUND)
    fits = original.kind == "sale" and original.amount == fields["amount"]
    if not fits or not _stands(connection, original) or _voided_by_another(connection, original, asked):
        return Verdict(INVALID)
    return None


def _stands(connection: Connection, row: Row) -> bool:
    """Approved in the books, or approved by decision while its outcome is still on its way."""
    return row.state == BOOKED or (row.state == PENDING and _approved(connection, row))


def _approved(connection: Connection, row: Row) -> bool:
    where = _is(decisions, (row.terminal, row.epoch, row.seq))
    return connection.execute(select(decisions.c.code).where(where)).scalar() == APPROVED


def _voided_by_another(connection: Connection, original: Row, asked: Asked) -> bool:
    others = and_(
        transactions.c.terminal == original.terminal,
        transactions.c.original_epoch == original.epoch,
        transactions.c.original_seq == original.seq,
    )
    rows = connection.execute(select(transactions).where(others)).all()
    mine = asked.entry.identity
    return any((row.terminal, row.epoch, row.seq) != mine and _stands(connection, row) for row in rows)


def _reversed(connection: Connection, identity: tuple[str, int, int]) -> bool:
    terminal, epoch, seq = identity
    about = and_(
        records.c.terminal == terminal,
        records.c.subject_epoch == epoch,
        records.c.subject_seq == seq,
        records.c.kind == kinds.REVERSAL.kind,
    )
    return connection.execute(select(records.c.seq).where(about)).first() is not None


def _numbers(identity: tuple[str, int, int]) -> tuple[str, str]:
    """Authorisation code and reference number: from the identity, so that a rerun shows the same ones."""
    digest = int.from_bytes(hashlib.sha256(repr(identity).encode()).digest()[:8])
    return f"{digest % 10**6:06}", f"{digest // 10**6 % 10**12:012}"


def _is(table: Table, identity: tuple[str, int, int]):
    terminal, epoch, seq = identity
    return and_(table.c.terminal == terminal, table.c.epoch == epoch, table.c.seq == seq)
