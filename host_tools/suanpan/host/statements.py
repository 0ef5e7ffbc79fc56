# SPDX-License-Identifier: MIT
"""Statements that several parts of the host need: rows by identity, and writing rows that may exist already."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sqlalchemy import Column, ColumnElement, Connection, Table, and_
from sqlalchemy.dialects import postgresql, sqlite

from suanpan.host.schema import Identity

_AT_ONCE = 500  # numbers in one statement; SQLite takes no more than 999 parameters in older builds


def is_identity(table: Table, identity: Identity) -> ColumnElement[bool]:
    """Condition that a row is the one with this identity."""
    terminal, epoch, seq = identity
    return and_(table.c.terminal == terminal, table.c.epoch == epoch, table.c.seq == seq)


def any_of(
    terminal: Column, epoch: Column, seq: Column, identities: Iterable[Identity]
) -> Iterator[ColumnElement[bool]]:
    """Conditions, one for each statement to run, that three columns hold one of `identities`."""
    numbers = defaultdict(list)
    for name, era, number in identities:
        numbers[name, era].append(number)
    for (name, era), seqs in numbers.items():
        for start in range(0, len(seqs), _AT_ONCE):
            yield and_(terminal == name, epoch == era, seq.in_(seqs[start : start + _AT_ONCE]))


def upsert(connection: Connection, table: Table, rows: list[dict]) -> None:
    """Write `rows`, replacing those with the same primary key."""
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    keys = [column.name for column in table.primary_key]
    rest = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=rest), rows)
