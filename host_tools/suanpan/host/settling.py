# SPDX-License-Identifier: MIT
"""A person settles a transaction that was kept apart (DOMAIN.md M15, M27): who, when and why are never changed.

What is booked gets a row of its own under epoch 0, which no terminal uses: its number may be another one's.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, select, update

from pos.domain import transaction as rules
from suanpan.errors import Failure
from suanpan.host import custody, terminals
from suanpan.host.custody import Case
from suanpan.host.schema import settlements, transactions
from suanpan.host.statements import identity_of

BOOKED, DISMISSED, REVERSED = "booked", "dismissed", "reversed"
OUTCOMES = (BOOKED, DISMISSED, REVERSED)
EPOCH = 0
_LOOK = "see suanpan host cases"
_BACK = "--outcome reversed when the customer got the money back"


@dataclass(frozen=True)
class Decision:
    """What a person wants: `note` says why."""

    case_id: str
    outcome: str
    note: str
    who: str


def settle(connection: Connection, wanted: Decision, now_s: int) -> tuple[Case, bool]:
    """The case, and whether this changed anything: decided like this before, it stands. Failure says why not."""
    case = _find(connection, wanted.case_id)
    terminals.lock(connection, [case.row["terminal"]])
    case = _find(connection, wanted.case_id)  # as it is now that nobody else decides
    if case.settled is not None and not case.open:
        if case.settled.outcome == wanted.outcome:
            return case, False
        if (case.settled.outcome, wanted.outcome) != (BOOKED, REVERSED):
            raise _already(case)
    before = case.settled.seq if case.settled is not None else 0
    seq = {BOOKED: _book, DISMISSED: _dismiss, REVERSED: _reverse}[wanted.outcome](connection, case, before)
    _note(connection, case, wanted, seq, now_s)
    return case, True


def _find(connection: Connection, case_id: str) -> Case:
    for case in custody.cases(connection):
        if case.case_id == case_id:
            return case
    raise Failure(f"there is no case {case_id} of money that is kept apart", f"{_LOOK} for those that are")


def _book(connection: Connection, case: Case, before: int) -> int:
    """Into the books, once; returns the number of its row."""
    if case.row["state"] != rules.APPROVED:
        raise Failure(
            f"case {case.case_id} is {case.row['state']}: there is no money in it to book",
            f"close it with {'' if before else '--outcome dismissed, or '}{_BACK}",
        )
    if before:
        raise _already(case)
    row = {**case.row, "epoch": EPOCH, "seq": _next(connection, case.row["terminal"])}
    if row["kind"] != "sale":
        original = _original(connection, case)
        if row["kind"] == "void":
            _set_state(connection, original, rules.VOIDED)
        row.update(original_epoch=original.epoch, original_seq=original.seq)
    connection.execute(insert(transactions), row)
    return row["seq"]


def _dismiss(_connection: Connection, case: Case, before: int) -> int:
    """Nothing enters the books."""
    if before:
        raise _already(case)
    return 0


def _reverse(connection: Connection, case: Case, before: int) -> int:
    """The money went back: what was booked is taken back, what was not stays out."""
    if not before and case.row["state"] == rules.DECLINED:
        raise Failure(f"case {case.case_id} is declined: no money moved", "close it with --outcome dismissed")
    if before:
        _take_back(connection, _row(connection, case.row["terminal"], EPOCH, before), case)
    return before


def _take_back(connection: Connection, booked: Row, case: Case) -> None:
    if booked.state == rules.VOIDED:
        raise Failure(f"case {case.case_id} is voided already", "settle the case of its void instead")
    if booked.kind == "sale" and _given_back(connection, booked):
        raise Failure(
            f"of case {case.case_id} money was given back already", "settle the cases of its refunds instead"
        )
    _set_state(connection, booked, rules.REVERSED, reversed=True)
    if booked.kind == "void" and booked.state == rules.APPROVED:
        original = _row(connection, booked.terminal, booked.original_epoch, booked.original_seq)
        _set_state(connection, original, rules.APPROVED)


def _original(connection: Connection, case: Case) -> Row:
    """The row of the sale that a void or refund is about: of its own device, if that sale is kept apart too."""
    name, epoch, seq = (case.row[key] for key in ("terminal", "original_epoch", "original_seq"))
    own = [
        one
        for one in custody.cases(connection)
        if (one.row["terminal"], one.row["epoch"], one.row["seq"]) == (name, epoch, seq)
    ]
    if own:
        booked = [one for one in own if one.settled is not None and one.settled.outcome == BOOKED]
        if len(own) > 1 or not booked:
            raise Failure(
                f"the sale that case {case.case_id} takes back is kept apart too",
                f"book that first, if it is this one's: {', '.join(one.case_id for one in own)}; else dismiss both",
            )
        epoch, seq = EPOCH, booked[0].settled.seq if booked[0].settled is not None else 0
    original = _row(connection, name, epoch, seq)
    if original is None or not _covers(connection, original, case.row):
        raise Failure(
            f"the books hold no approved sale of this amount that case {case.case_id} could take back",
            "compare it with the shop, then close it with --outcome dismissed",
        )
    return original


def _covers(connection: Connection, original: Row, row: dict) -> bool:
    """A void takes back all of an approved sale, a refund no more than other refunds have left."""
    left = original.amount - _given_back(connection, original)
    fits = row["amount"] == left == original.amount if row["kind"] == "void" else 0 < row["amount"] <= left
    return fits and (original.kind, original.state) == ("sale", rules.APPROVED)


def _given_back(connection: Connection, sale: Row) -> int:
    """Minor units of its refunds in the books."""
    about = transactions.c.original_epoch == sale.epoch, transactions.c.original_seq == sale.seq
    refunds = transactions.c.terminal == sale.terminal, transactions.c.kind == "refund"
    given = select(func.sum(transactions.c.amount)).where(
        *about, *refunds, transactions.c.state == rules.APPROVED
    )
    return int(connection.execute(given).scalar() or 0)


def _row(connection: Connection, *key: str | int) -> Row:
    return connection.execute(select(transactions).where(_named(key))).first()  # type: ignore[return-value]


def _set_state(connection: Connection, row: Row, state: str, **more: bool) -> None:
    match = _named((row.terminal, row.epoch, row.seq))
    connection.execute(update(transactions).where(match).values(state=state, **more))


def _named(key: tuple) -> ColumnElement[bool]:
    return and_(*(column == value for column, value in zip(identity_of(transactions), key, strict=True)))


def _next(connection: Connection, terminal: str) -> int:
    mine = settlements.c.terminal == terminal
    return 1 + (connection.execute(select(func.max(settlements.c.seq)).where(mine)).scalar() or 0)


def _note(connection: Connection, case: Case, wanted: Decision, seq: int, now_s: int) -> None:
    row = {
        "terminal": case.row["terminal"],
        "case_id": case.case_id,
        "number": 1 + (case.settled.number if case.settled is not None else 0),
        "outcome": wanted.outcome,
        "state": case.row["state"],
        "seq": seq,
        "body_hash": case.body_hash,
        "note": wanted.note,
        "who": wanted.who,
        "settled_s": now_s,
    }
    connection.execute(insert(settlements), row)


def _already(case: Case) -> Failure:
    told = case.settled
    assert told is not None
    said = f"case {case.case_id} was closed by {told.who}: {told.outcome} ({told.note})"
    return Failure(said, "a decision stands; what is booked can still be closed with --outcome reversed")
