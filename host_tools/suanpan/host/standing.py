# SPDX-License-Identifier: MIT
"""What stands in the books of a sale and of its voids and refunds, also while an outcome is still on its way."""

from sqlalchemy import Connection, Row

from pos.domain.transaction import APPROVED as BOOKED
from pos.domain.transaction import PENDING
from suanpan.host.entry import Entry
from suanpan.host.schema import decisions, transactions
from suanpan.host.statements import ByIdentity, identity_of
from suanpan.host.verdict import APPROVED

_BOOKED = ByIdentity(identity_of(transactions), tuple(transactions.c))
_OF_ORIGINAL = (transactions.c.terminal, transactions.c.original_epoch, transactions.c.original_seq)
_FOLLOWING = ByIdentity(_OF_ORIGINAL, tuple(transactions.c))
_DECIDED = ByIdentity(identity_of(decisions), (decisions.c.code,))


def original_of(connection: Connection, one: Entry) -> Row | None:
    """The row that a void or refund speaks of."""
    fields = one.fields
    identity = (one.terminal, fields["original_epoch"], fields["original_seq"])
    return next(iter(_BOOKED.rows(connection, [identity])), None)


def stands(connection: Connection, row: Row) -> bool:
    """Approved in the books, or approved by decision while its outcome is still on its way."""
    return row.state == BOOKED or (row.state == PENDING and _approved(connection, row))


def _approved(connection: Connection, row: Row) -> bool:
    decided = _DECIDED.rows(connection, [(row.terminal, row.epoch, row.seq)])
    return any(code == APPROVED for (code,) in decided)


def others(connection: Connection, original: Row, mine: Entry) -> list[Row]:
    """Voids and refunds of `original` that stand, but for `mine`."""
    rows = _FOLLOWING.rows(connection, [(original.terminal, original.epoch, original.seq)])
    found = [row for row in rows if (row.terminal, row.epoch, row.seq) != mine.identity]
    return [row for row in found if stands(connection, row)]
