# SPDX-License-Identifier: MIT
"""Decides requests, each once by its identity: a request that comes again gets the stored decision again.

Sales go to issuer or wallet, voids are decided from the books, reversals are always taken (DOMAIN.md M4, M5).
"""

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, insert, select

from pos.codec import records as kinds
from suanpan.host import alarms, card_data, voids
from suanpan.host.committed import Asked
from suanpan.host.database import writing
from suanpan.host.issuer import SandboxIssuer
from suanpan.host.schema import Identity, decisions
from suanpan.host.script import Script
from suanpan.host.statements import is_identity
from suanpan.host.verdict import APPROVED, INVALID, LATE, NEVER, Request, Verdict
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

    def decide(self, asked: list[Asked], now_s: float) -> list[Answer]:
        """Answers in the order asked."""
        self.raised = []
        if not asked:
            return []
        with writing(self._engine) as connection:
            return [self._answer(connection, one, now_s) for one in asked]

    def _answer(self, connection: Connection, asked: Asked, now_s: float) -> Answer:
        query = select(decisions).where(is_identity(decisions, asked.entry.identity))
        stored = connection.execute(query).first()
        if stored is None:
            verdict = self._verdict(connection, asked, now_s)
            connection.execute(insert(decisions).values(self._row(asked.entry.identity, verdict, now_s)))
            stored = connection.execute(query).one()
        return Answer(asked, stored.code, stored.auth_code, stored.reference, stored.amount, stored.answer_s)

    def _row(self, identity: Identity, verdict: Verdict, now_s: float) -> dict:
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
            "decided_s": int(now_s),
            "answer_s": None if delay is None else now_s + delay,
        }

    def _verdict(self, connection: Connection, asked: Asked, now_s: float) -> Verdict:
        one = asked.entry
        if one.kind == kinds.REVERSAL.kind:
            return Verdict(APPROVED)
        if voids.reversed_before(connection, one.identity):
            return Verdict(INVALID)  # its reversal overtook it: never authorise what is already taken back
        refusal = voids.refusal(connection, asked.entry) if one.kind == kinds.VOID.kind else None
        if refusal is not None:
            return refusal
        scripted = self._script.take(one.fields["amount"])
        if scripted is not None:
            return scripted
        if one.kind == kinds.VOID.kind:
            return Verdict(APPROVED, one.fields["amount"])
        return self._sale(connection, asked, now_s)

    def _sale(self, connection: Connection, asked: Asked, now_s: float) -> Verdict:
        fields = asked.entry.fields
        try:
            number = card_data.unseal(asked.terminal.data_key, fields["card"]).pan
        except ValueError:
            number = ""
            detail = f"epoch {asked.entry.epoch}, seq {asked.entry.seq}"
            name = asked.terminal.terminal
            self.raised.append(alarms.raise_alarm(connection, "card-data", name, detail, int(now_s)))
        request = Request(
            asked.terminal.terminal, fields["amount"], fields["currency"], fields["entry"], number
        )
        return (self._wallet if request.entry == kinds.ENTRY_CODE else self._issuer).decide(request)


def _numbers(identity: Identity) -> tuple[str, str]:
    """Authorisation code and reference number: from the identity, so that a rerun shows the same ones."""
    digest = int.from_bytes(hashlib.sha256(repr(identity).encode()).digest()[:8])
    return f"{digest % 10**6:06}", f"{digest // 10**6 % 10**12:012}"
