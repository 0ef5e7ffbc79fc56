# SPDX-License-Identifier: MIT
"""What the books say about a void before it is approved, and about requests already taken back (DOMAIN.md M4, M5)."""

from collections.abc import Collection

from sqlalchemy import Connection, Row

from pos.codec import records as kinds
from suanpan.host import standing
from suanpan.host.entry import Entry
from suanpan.host.schema import Identity, records
from suanpan.host.statements import ByIdentity
from suanpan.host.verdict import INVALID, NOT_FOUND, Verdict

_SUBJECT = (records.c.terminal, records.c.subject_epoch, records.c.subject_seq)
_REVERSALS = ByIdentity(_SUBJECT, _SUBJECT, records.c.kind == kinds.REVERSAL.kind)


def refusal(connection: Connection, one: Entry) -> Verdict | None:
    """Why not: its original is not here (25), or not approved, voided, refunded, of another amount (12)."""
    original = standing.original_of(connection, one)
    if original is None:
        return Verdict(NOT_FOUND)
    return None if _may_be_voided(connection, original, one) else Verdict(INVALID)


def _may_be_voided(connection: Connection, original: Row, one: Entry) -> bool:
    fits = original.kind == "sale" and original.amount == one.fields["amount"]
    return fits and standing.stands(connection, original) and not standing.others(connection, original, one)


def reversed_before(connection: Connection, identities: Collection[Identity]) -> set[Identity]:
    """Those of these requests of which a reversal is stored: it overtook its request."""
    return {(terminal, epoch, seq) for terminal, epoch, seq in _REVERSALS.rows(connection, identities)}
