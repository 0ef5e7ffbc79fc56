# SPDX-License-Identifier: MIT
"""What the books say about a void before it is approved, and about requests already taken back (DOMAIN.md M4, M5)."""

from collections.abc import Collection

from sqlalchemy import Connection, Row

from pos.codec import records as kinds
from pos.domain.transaction import APPROVED as BOOKED
from pos.domain.transaction import PENDING
from suanpan.host.entry import Entry
from suanpan.host.schema import Identity, decisions, records, transactions
from suanpan.host.statements import ByIdentity, identity_of
from suanpan.host.verdict import APPROVED, INVALID, NOT_FOUND, Verdict

_BOOKED = ByIdentity(identity_of(transactions), tuple(transactions.c))
_OF_ORIGINAL = (transactions.c.terminal, transactions.c.original_epoch, transactions.c.original_seq)
_VOIDS = ByIdentity(_OF_ORIGINAL, tuple(transactions.c))
_DECIDED = ByIdentity(identity_of(decisions), (decisions.c.code,))
_SUBJECT = (records.c.terminal, records.c.subject_epoch, records.c.subject_seq)
_REVERSALS = ByIdentity(_SUBJECT, _SUBJECT, records.c.kind == kinds.REVERSAL.kind)


def refusal(connection: Connection, one: Entry) -> Verdict | None:
    """Why a void is not allowed: its original is not here (25), or not approved, voided, other amount (12)."""
    fields = one.fields
    identity = (one.terminal, fields["original_epoch"], fields["original_seq"])
    for original in _BOOKED.rows(connection, [identity]):
        return None if _may_be_voided(connection, original, one) else Verdict(INVALID)
    return Verdict(NOT_FOUND)


def _may_be_voided(connection: Connection, original: Row, one: Entry) -> bool:
    fits = original.kind == "sale" and original.amount == one.fields["amount"]
    return fits and _stands(connection, original) and not _voided_by_another(connection, original, one)


def _stands(connection: Connection, row: Row) -> bool:
    """Approved in the books, or approved by decision while its outcome is still on its way."""
    return row.state == BOOKED or (row.state == PENDING and _approved(connection, row))


def _approved(connection: Connection, row: Row) -> bool:
    decided = _DECIDED.rows(connection, [(row.terminal, row.epoch, row.seq)])
    return any(code == APPROVED for (code,) in decided)


def _voided_by_another(connection: Connection, original: Row, one: Entry) -> bool:
    rows = _VOIDS.rows(connection, [(original.terminal, original.epoch, original.seq)])
    mine = one.identity
    return any((row.terminal, row.epoch, row.seq) != mine and _stands(connection, row) for row in rows)


def reversed_before(connection: Connection, identities: Collection[Identity]) -> set[Identity]:
    """Those of these requests of which a reversal is stored: it overtook its request."""
    return {(terminal, epoch, seq) for terminal, epoch, seq in _REVERSALS.rows(connection, identities)}
