# SPDX-License-Identifier: MIT
"""What the books say about a void before it is approved, and about requests already taken back (DOMAIN.md M4, M5)."""

from sqlalchemy import Connection, Row, and_, select

from pos.codec import records as kinds
from pos.domain.transaction import APPROVED as BOOKED
from pos.domain.transaction import PENDING
from suanpan.host.entry import Entry
from suanpan.host.schema import Identity, decisions, records, transactions
from suanpan.host.statements import is_identity
from suanpan.host.verdict import APPROVED, INVALID, NOT_FOUND, Verdict


def refusal(connection: Connection, one: Entry) -> Verdict | None:
    """Why a void is not allowed: its original is not here (25), or not approved, voided, other amount (12)."""
    fields = one.fields
    identity = (one.terminal, fields["original_epoch"], fields["original_seq"])
    original = connection.execute(select(transactions).where(is_identity(transactions, identity))).first()
    if original is None:
        return Verdict(NOT_FOUND)
    fits = original.kind == "sale" and original.amount == fields["amount"]
    if not fits or not _stands(connection, original) or _voided_by_another(connection, original, one):
        return Verdict(INVALID)
    return None


def _stands(connection: Connection, row: Row) -> bool:
    """Approved in the books, or approved by decision while its outcome is still on its way."""
    return row.state == BOOKED or (row.state == PENDING and _approved(connection, row))


def _approved(connection: Connection, row: Row) -> bool:
    where = is_identity(decisions, (row.terminal, row.epoch, row.seq))
    return connection.execute(select(decisions.c.code).where(where)).scalar() == APPROVED


def _voided_by_another(connection: Connection, original: Row, one: Entry) -> bool:
    others = and_(
        transactions.c.terminal == original.terminal,
        transactions.c.original_epoch == original.epoch,
        transactions.c.original_seq == original.seq,
    )
    rows = connection.execute(select(transactions).where(others)).all()
    mine = one.identity
    return any((row.terminal, row.epoch, row.seq) != mine and _stands(connection, row) for row in rows)


def reversed_before(connection: Connection, identity: Identity) -> bool:
    """True when a reversal of this request is stored: it overtook its request."""
    terminal, epoch, seq = identity
    about = and_(
        records.c.terminal == terminal,
        records.c.subject_epoch == epoch,
        records.c.subject_seq == seq,
        records.c.kind == kinds.REVERSAL.kind,
    )
    return connection.execute(select(records.c.seq).where(about)).first() is not None
