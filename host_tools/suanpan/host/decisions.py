# SPDX-License-Identifier: MIT
"""Decides requests, each once by its identity: a request that comes again gets the stored decision again.

Sales go to issuer or wallet, voids are decided from the books, reversals are always taken (DOMAIN.md M4, M5).
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, Row

from pos.codec import records as kinds
from suanpan.host import alarms, opening_cards, voids
from suanpan.host.committed import Asked
from suanpan.host.database import writing
from suanpan.host.issuer import SandboxIssuer
from suanpan.host.keys import KeyMissing, KeyService, open_service
from suanpan.host.ksn_history import KeyUsed
from suanpan.host.sandbox_keys import SandboxKeys
from suanpan.host.schema import Identity, decisions
from suanpan.host.script import Script
from suanpan.host.statements import Bulk, ByIdentity, identity, identity_of
from suanpan.host.verdict import APPROVED, INVALID, LATE, NEVER, Request, Verdict
from suanpan.host.wallet import SandboxWallet

_STORED = ByIdentity(identity_of(decisions), tuple(decisions.c))
_INSERT = Bulk(decisions)


@dataclass(frozen=True)
class Answer:
    """A stored decision on its way to the terminal; `due_s` None: the terminal never hears of it."""

    asked: Asked
    code: str
    auth_code: str
    reference: str
    amount: int
    due_s: float | None


@dataclass
class Decided:
    """Answers in the order asked, and the alarms that deciding raised."""

    answers: list[Answer] = field(default_factory=list)
    alarms: list[dict] = field(default_factory=list)


class Decider:
    """`decide(asked, now_s)` stores decisions; durable on return."""

    def __init__(
        self,
        engine: Engine,
        script: Script,
        late_s: float,
        keys: KeyService | None = None,
        sandbox: bool = True,
    ) -> None:
        self._engine = engine
        self._script = script
        self._late_s = late_s
        service = keys or open_service()
        self._keys = SandboxKeys(service) if sandbox else service
        self._issuer, self._wallet = SandboxIssuer(), SandboxWallet()

    def decide(self, asked: list[Asked], now_s: float) -> Decided:
        """The stored decision on each request, made now if there is none yet."""
        done = Decided()
        if asked:
            with writing(self._engine) as connection:
                done.answers = list(self._answers(connection, asked, now_s, done.alarms))
        return done

    def _answers(
        self, connection: Connection, asked: list[Asked], now_s: float, raised: list[dict]
    ) -> Iterator[Answer]:
        wanted = {one.entry.identity for one in asked}
        stored = {identity(row): row for row in map(Row._asdict, _STORED.rows(connection, wanted))}
        overtaken = voids.reversed_before(connection, wanted - stored.keys())
        for one in asked:
            row = stored.get(one.entry.identity)
            if row is None:
                verdict = self._verdict(connection, one, now_s, overtaken, raised)
                row = stored[one.entry.identity] = self._row(one.entry.identity, verdict, now_s)
                _INSERT.write(connection, [row])
            yield Answer(one, row["code"], row["auth_code"], row["reference"], row["amount"], row["answer_s"])

    def _row(self, of: Identity, verdict: Verdict, now_s: float) -> dict:
        terminal, epoch, seq = of
        auth_code, reference = _numbers(of) if verdict.amount else ("", "")
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

    def _verdict(
        self,
        connection: Connection,
        asked: Asked,
        now_s: float,
        overtaken: set[Identity],
        raised: list[dict],
    ) -> Verdict:
        one = asked.entry
        if one.kind == kinds.REVERSAL.kind:
            return Verdict(APPROVED)
        if one.identity in overtaken:
            return Verdict(INVALID)  # its reversal overtook it: never authorise what is already taken back
        refusal = voids.refusal(connection, one) if one.kind == kinds.VOID.kind else None
        if refusal is not None:
            return refusal
        scripted = self._script.take(one.fields["amount"])
        if scripted is not None:
            return scripted
        if one.kind == kinds.VOID.kind:
            return Verdict(APPROVED, one.fields["amount"])
        asks, number = one.fields, self._number(connection, asked, now_s, raised)
        request = Request(one.terminal, asks["amount"], asks["currency"], asks["entry"], number)
        return (self._wallet if request.entry == kinds.ENTRY_CODE else self._issuer).decide(request)

    def _number(self, connection: Connection, asked: Asked, now_s: float, raised: list[dict]) -> str:
        """PAN or payment code of a sale; "" and an alarm when the card data does not open, or must not."""
        one = asked.entry
        try:
            return opening_cards.opened(self._keys, connection, asked).pan
        except (ValueError, KeyMissing, KeyUsed) as error:
            code = "card-key" if isinstance(error, KeyUsed) else "card-data"
            detail = f"epoch {one.epoch}, seq {one.seq}: {error}"
            raised += alarms.raise_alarm(connection, code, one.terminal, detail, int(now_s))
            return ""


def _numbers(identity: Identity) -> tuple[str, str]:
    """Authorisation code and reference number: from the identity, so that a rerun shows the same ones."""
    digest = int.from_bytes(hashlib.sha256(repr(identity).encode()).digest()[:8])
    return f"{digest % 10**6:06}", f"{digest // 10**6 % 10**12:012}"
