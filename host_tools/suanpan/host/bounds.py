# SPDX-License-Identifier: MIT
"""How much is kept of what is refused or alarmed, so that no device can grow the tables without end (FAULTS F19).

Each row counts in a pool. A full pool keeps its first and its newest half; what lay between is only counted. Money
is in no pool, and names that nobody registered share theirs: a stranger can invent any number of them.
"""

from sqlalchemy import Connection, Table, bindparam, delete, func, select

from suanpan.host.schema import alarms, quarantine, terminals

ALARMS = 1000  # rows for each terminal, source and code: twenty power cuts a day give 600 in a month
MESSAGES = 100  # refused messages for each terminal and reason; an honest terminal has none
RECORDS = 10_000  # refused records without money: more than a journal of 512 KiB holds
_REGISTERED = select(terminals.c.terminal).where(terminals.c.terminal == bindparam("name"))


def pool(connection: Connection, terminal: str, *of: str) -> str:
    """Name of the pool of `terminal`, or of all strangers."""
    known = connection.execute(_REGISTERED, {"name": terminal}).first() is not None
    return "/".join((terminal if known else "", *of))


def _middle(table: Table):
    mine = table.c.pool == bindparam("mine")
    count = select(func.count()).select_from(table).where(mine).scalar_subquery()
    first = (
        select(table.c.id)
        .where(mine)
        .order_by(table.c.id)
        .limit(1)
        .offset(bindparam("half"))
        .scalar_subquery()
    )
    return delete(table).where(table.c.id == first, count > bindparam("most"))


_MIDDLE = {table.name: _middle(table) for table in (alarms, quarantine)}


def let_go(connection: Connection, table: Table, of: str, most: int) -> bool:
    """After a new row in the pool `of`: if it is over `most`, drop the oldest behind the first half."""
    values = {"mine": of, "half": most // 2, "most": most}
    return connection.execute(_MIDDLE[table.name], values).rowcount > 0
