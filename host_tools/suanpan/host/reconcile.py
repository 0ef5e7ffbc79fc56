# SPDX-License-Identifier: MIT
"""First reconciliation (DOMAIN.md M15): sums of the books and of what is kept apart, and records that never came.

A gap is a seq below the highest one that the host has of that terminal and epoch, and that is not stored.
"""

from sqlalchemy import Engine, func, select

from suanpan.host import custody
from suanpan.host.database import reading
from suanpan.host.schema import gaps, transactions

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
    with reading(engine) as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
    return [{**row, "amount": int(row["amount"]), "fee": int(row["fee"])} for row in rows]


def aside(engine: Engine) -> list[dict]:
    """The same of what is kept apart from the books."""
    found: dict[tuple, dict] = {}
    for row in custody.transactions(engine):
        key = {name: row[name] for name in _GROUP}
        total = found.setdefault(tuple(key.values()), {**key, "count": 0, "amount": 0, "fee": 0})
        total["count"] += 1
        total["amount"] += row["amount"]
        total["fee"] += row["fee"]
    return [found[key] for key in sorted(found)]


def missing(engine: Engine) -> list[dict]:
    """Missing records as {terminal, epoch, first, last, missing}: so many of first..last."""
    columns = (gaps.c.terminal, gaps.c.epoch, gaps.c.first, gaps.c.last, gaps.c.missing)
    with reading(engine) as connection:
        return [dict(row) for row in connection.execute(select(*columns).order_by(*columns)).mappings()]
