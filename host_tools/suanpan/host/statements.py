# SPDX-License-Identifier: MIT
"""Statements that several parts of the host need: rows by identity or terminal, writing rows that may exist.

A list goes over as one parameter: a group of any size is one statement, built and prepared once.
"""

import json
from collections.abc import Callable, Collection
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    CursorResult,
    Executable,
    FromClause,
    Row,
    Select,
    Table,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from suanpan.host.schema import Identity

_NAMES = ("terminal", "epoch", "seq")


def identity_of(table: Table) -> tuple[Column, Column, Column]:
    """The three columns that hold a row's identity."""
    terminal, epoch, seq = (table.c[name] for name in _NAMES)
    return terminal, epoch, seq


def identity(row: dict) -> Identity:
    """Identity of a row."""
    return row["terminal"], row["epoch"], row["seq"]


class ByIdentity:
    """Query for `columns` of the rows in which the three columns `by` hold one of many identities."""

    def __init__(
        self, by: tuple[Column, Column, Column], columns: tuple[Column, ...], *where: ColumnElement
    ) -> None:
        self._by, self._columns, self._where = by, columns, where
        self._queries = {"sqlite": self._select(_by_sqlite()), "postgresql": self._select(_by_postgresql())}

    def rows(self, connection: Connection, identities: Collection[Identity]) -> list[Row]:
        """What is stored under `identities`, in no order."""
        if not identities:
            return []
        query = self._queries[connection.dialect.name]
        return list(connection.execute(query, {"identities": json.dumps(list(identities))}))

    def _select(self, wanted: FromClause) -> Select:
        match = (column == wanted.c[name] for name, column in zip(_NAMES, self._by, strict=True))
        source = wanted.join(self._by[0].table, and_(*match))
        return select(*self._columns).select_from(source).where(*self._where)


def _by_sqlite() -> FromClause:
    each = func.json_each(bindparam("identities")).table_valued("value")
    members = [func.json_extract(each.c.value, f"$[{i}]").label(name) for i, name in enumerate(_NAMES)]
    return select(*members).subquery("wanted")


def _by_postgresql() -> FromClause:
    identities = cast(bindparam("identities", type_=Text), JSON)
    each = func.json_array_elements(identities).table_valued(column("value", JSON)).c.value
    members = (
        each[0].as_string(),
        cast(each[1].as_string(), BigInteger),
        cast(each[2].as_string(), BigInteger),
    )
    return select(*(one.label(name) for one, name in zip(members, _NAMES, strict=True))).subquery("wanted")


class ByTerminal:
    """A statement about the rows of many terminals; `build` makes it of the condition that names them."""

    def __init__(self, table: Table, build: Callable[[ColumnElement[bool]], Executable]) -> None:
        each = func.json_each(bindparam("names")).table_valued("value").c.value
        listed = any_(bindparam("names", type_=ARRAY(Text)))
        of = table.c.terminal
        self._statements = {"sqlite": build(of.in_(select(each))), "postgresql": build(of == listed)}

    def execute(self, connection: Connection, names: Collection[str], **values: Any) -> CursorResult:
        """Run it for `names`."""
        dialect = connection.dialect.name
        wanted = json.dumps(list(names)) if dialect == "sqlite" else list(names)
        return connection.execute(self._statements[dialect], {"names": wanted, **values})


@cache
def inserting(dialect: str, table: Table):
    """An INSERT of whole rows into `table` that can say ON CONFLICT."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


class Bulk:
    """Writes many rows of `table` in one statement; with `replace`, over those with the same primary key.

    The driver gets the rows as they are: SQLAlchemy's own work on each row costs more than the database's.
    """

    def __init__(self, table: Table, replace: bool = False) -> None:
        self._names = table.c.keys()
        self._values = itemgetter(*self._names)
        into = f"INSERT INTO {table.name} ({', '.join(self._names)})"
        keys = table.primary_key.columns.keys()
        rest = ", ".join(f"{name} = excluded.{name}" for name in self._names if name not in keys)
        conflict = f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {rest}" if replace else ""
        lists = ", ".join(f"%({column.name})b::{_type(column)}[]" for column in table.c)
        self._unnested = f"{into} SELECT * FROM unnest({lists}){conflict}"
        self._rows = f"{into} VALUES ({', '.join('?' for _ in self._names)}){conflict}"

    def write(self, connection: Connection, rows: list[dict]) -> None:
        """Every column of every row; durable with the commit."""
        if not rows:
            return
        if connection.dialect.name == "postgresql":
            lists = {name: [row[name] for row in rows] for name in self._names}
            connection.exec_driver_sql(self._unnested, lists)
        else:
            connection.exec_driver_sql(self._rows, [self._values(row) for row in rows])


def _type(column: Column) -> str:
    return column.type.compile(postgresql.dialect())
