# SPDX-License-Identifier: MIT
"""Decides requests, each once by its identity: a request that comes again gets the stored decision again.

Sales go to issuer or wallet, voids and refunds are decided from the books, reversals are always taken (DOMAIN.md M4,
M5).
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, Engine, Row

from pos.codec import records as kinds
from suanpan.host import alarms, refunds, sale_request, voids
from suanpan.host.committed import Asked
from suanpan.host.database import writing
from suanpan.host.issuer import SandboxIssuer
from suanpan.host.keys import KeyService, open_service
from suanpan.host.sale_request import Unreadable
from suanpan.host.sandbox_keys import SandboxKeys
from suanpan.host.schema import Identity, decisions
from suanpan.host.script import Script
from suanpan.host.statements import Bulk, ByIdentity, identity, identity_of
from suanpan.host.verdict import APPROVED, FORMAT, INVALID, LATE, NEVER, Verdict
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
    icc: bytes
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
                verdict = self._verdict(connection, one, overtaken)
                raised += _raise_alarm(connection, one, verdict, now_s)
                row = stored[one.entry.identity] = self._row(one.entry.identity, verdict, now_s)
                _INSERT.write(connection, [row])
            told = (row[name] for name in ("code", "auth_code", "reference", "amount", "icc", "answer_s"))
            yield Answer(one, *told)

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
            "icc": verdict.icc,
            "cryptogram": verdict.cryptogram,
        }

    def _verdict(self, connection: Connection, asked: Asked, overtaken: set[Identity]) -> Verdict:
        one = asked.entry
        if one.kind == kinds.REVERSAL.kind:
            return Verdict(APPROVED)
        if one.identity in overtaken:
            return Verdict(INVALID)  # its reversal overtook it: never authorise what is already taken back
        if one.kind == kinds.SALE.kind:
            return self._sale(connection, asked)
        refused = self._refused(connection, asked)
        amount = one.fields["amount"]
        return refused or self._script.take(amount) or Verdict(APPROVED, amount)

    def _refused(self, connection: Connection, asked: Asked) -> Verdict | None:
        """Why the books do not allow a void or refund."""
        if asked.entry.kind == kinds.VOID.kind:
            return voids.refusal(connection, asked.entry)
        try:
            return refunds.refusal(self._keys, connection, asked)
        except Unreadable as error:
            return Verdict(FORMAT, alarm=error.alarm, detail=str(error))

    def _sale(self, connection: Connection, asked: Asked) -> Verdict:
        """By the script, else by issuer or wallet; a chip card is told of it either way."""
        amount = asked.entry.fields["amount"]
        try:
            request = sale_request.read(self._keys, connection, asked)
        except Unreadable as error:
            verdict = self._script.take(amount) or Verdict(FORMAT)
            return replace(verdict, alarm=error.alarm, detail=str(error))
        if request.entry == kinds.ENTRY_CODE:
            return self._script.take(amount) or self._wallet.decide(request)
        verdict = self._script.take(amount) or self._issuer.decide(request)
        cryptogram = request.chip.cryptogram if request.chip else None
        return replace(verdict, icc=self._issuer.tell_card(request, verdict), cryptogram=cryptogram)


def _raise_alarm(connection: Connection, asked: Asked, verdict: Verdict, now_s: float) -> list[dict]:
    if not verdict.alarm:
        return []
    one = asked.entry
    detail = f"epoch {one.epoch}, seq {one.seq}: {verdict.detail}"
    return alarms.raise_alarm(connection, verdict.alarm, one.terminal, detail, int(now_s))


def _numbers(identity: Identity) -> tuple[str, str]:
    """Authorisation code and reference number: from the identity, so that a rerun shows the same ones."""
    digest = int.from_bytes(hashlib.sha256(repr(identity).encode()).digest()[:8])
    return f"{digest % 10**6:06}", f"{digest // 10**6 % 10**12:012}"
