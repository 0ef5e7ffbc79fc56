# SPDX-License-Identifier: MIT
"""First reconciliation (DOMAIN.md M15): sums of the books and of what is kept apart, and records that never came.

A gap is a seq below the highest one that the host has of that terminal and epoch, and that is not stored.
"""

from sqlalchemy import Column, Engine, func, select

from suanpan.host import custody
from suanpan.host.database import reading
from suanpan.host.schema import gaps, transactions

_GROUP = ("terminal", "batch", "currency", "kind", "state")
_HALF = 1 << 32


def sums(engine: Engine) -> list[dict]:
    """Count, amount and fee (minor units) per terminal, batch, currency, kind and state."""
    by = [transactions.c[name] for name in _GROUP]
    figures = (*_halves(transactions.c.amount), *_halves(transactions.c.fee))
    query = select(*by, func.count(), *figures).group_by(*by).order_by(*by)
    with reading(engine) as connection:
        return [_sum(*row) for row in connection.execute(query)]


def _halves(column: Column) -> tuple:
    """Sums of the upper and the lower 32 bits: a hostile terminal's amounts must not overflow SQLite's sum."""
    return func.sum(column // _HALF), func.sum(column % _HALF)


def _sum(*row) -> dict:
    *key, count, amount_upper, amount_lower, fee_upper, fee_lower = row
    figures = {
        "count": count,
        "amount": _whole(amount_upper, amount_lower),
        "fee": _whole(fee_upper, fee_lower),
    }
    return {**dict(zip(_GROUP, key, strict=True)), **figures}


def _whole(upper: int, lower: int) -> int:
    return int(upper) * _HALF + int(lower)


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
