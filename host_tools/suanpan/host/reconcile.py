# SPDX-License-Identifier: MIT
"""First reconciliation (DOMAIN.md M15): sums of the books, and records that never came.

A gap is a seq below the highest one that the host has of that terminal and epoch, and that is not stored.
"""

from sqlalchemy import Engine, func, select

from suanpan.host.schema import records, transactions

_GROUP = ("terminal", "batch", "currency", "kind", "state")


def sums(engine: Engine) -> list[dict]:
    """Count, amount and fee (minor units) per terminal, batch, currency, kind and state."""
    by = [transactions.c[name] for name in _GROUP]
    figures = (
        func.count().label("count"),
        func.sum(transactions.c.amount).label("amount"),
        func.sum(transactions.c.fee).label("fee"),
    )
    query = select(*by, *figures).group_by(*by).order_by(*by)
    with engine.connect() as connection, connection.begin():
        rows = [dict(row) for row in connection.execute(query).mappings()]
    return [{**row, "amount": int(row["amount"]), "fee": int(row["fee"])} for row in rows]


def gaps(engine: Engine) -> list[dict]:
    """Missing records as {terminal, epoch, first, last}."""
    last = func.lag(records.c.seq).over(
        partition_by=(records.c.terminal, records.c.epoch), order_by=records.c.seq
    )
    before = func.coalesce(last, 0)
    walk = select(records.c.terminal, records.c.epoch, records.c.seq, before.label("before")).subquery()
    query = (
        select(walk).where(walk.c.seq > walk.c.before + 1).order_by(walk.c.terminal, walk.c.epoch, walk.c.seq)
    )
    with engine.connect() as connection, connection.begin():
        return [
            {"terminal": row.terminal, "epoch": row.epoch, "first": row.before + 1, "last": row.seq - 1}
            for row in connection.execute(query)
        ]
