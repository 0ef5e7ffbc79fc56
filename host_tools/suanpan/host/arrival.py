# SPDX-License-Identifier: MIT
"""A transaction that a person booked from custody may still come from the device that the books follow.

Then its own record counts, and the row that was booked for it goes: the money is in the books once.
"""

from collections.abc import Collection

from sqlalchemy import Connection, Row, and_, delete, func, insert, select, tuple_, update

from suanpan.host.entry import Entry
from suanpan.host.schema import settlements, transactions
from suanpan.host.statements import ByTerminal

ARRIVED = "arrived"
_newest = select(func.max(settlements.c.id)).group_by(settlements.c.terminal, settlements.c.case_id)
_IN_BOOKS = ByTerminal(
    settlements,
    lambda named: select(settlements).where(named, settlements.c.seq > 0, settlements.c.id.in_(_newest)),
)


def withdraw(connection: Connection, fresh: Collection[Entry], now_s: int) -> None:
    """Take back what was booked for those of `fresh`, which are in the books now; before they are folded."""
    booked = _IN_BOOKS.execute(connection, {one.terminal for one in fresh}).all()
    by_hash = {(one.terminal, one.body_hash): one for one in fresh} if booked else {}
    for row in booked:
        if one := by_hash.get((row.terminal, bytes(row.body_hash))):
            _withdraw(connection, row, one, now_s)


def _withdraw(connection: Connection, row: Row, one: Entry, now_s: int) -> None:
    mine = transactions.c.terminal == row.terminal
    booked = and_(mine, transactions.c.epoch == 0, transactions.c.seq == row.seq)
    connection.execute(delete(transactions).where(booked))
    of = tuple_(transactions.c.original_epoch, transactions.c.original_seq) == tuple_(0, row.seq)
    moved = {"original_epoch": one.epoch, "original_seq": one.seq}
    connection.execute(update(transactions).where(mine, of).values(moved))
    note = {"note": "its own record has come", "who": "host", "settled_s": now_s}
    again = {**row._mapping, **note, "number": row.number + 1, "outcome": ARRIVED, "seq": 0}
    del again["id"]
    connection.execute(insert(settlements), again)
