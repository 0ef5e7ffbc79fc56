# SPDX-License-Identifier: MIT
"""Reads the books: rows as the commands, the simulator and the panel show them (DESIGN.md section 5).

Times leave here as ISO 8601 in UTC, null when unknown; amounts stay in minor units.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import Engine, Select, Table, select

from pos.domain import alarms as terminal_alarms
from suanpan.host import custody, icc
from suanpan.host.alarms import CATALOGUE
from suanpan.host.database import reading
from suanpan.host.schema import alarms, quarantine, terminals, transactions

_HIDDEN = ("keys_sealed", "raw", "raw_hash", "about")


def all_transactions(engine: Engine, terminal: str | None = None, limit: int | None = None) -> list[dict]:
    """Transactions in the order they came; with `limit`, the newest ones."""
    query = select(transactions).order_by(
        transactions.c.received_s.desc(), transactions.c.epoch.desc(), transactions.c.seq.desc()
    )
    if terminal:
        query = query.where(transactions.c.terminal == terminal)
    return _rows(engine, query.limit(limit))[::-1]


def all_terminals(engine: Engine) -> list[dict]:
    """Registered terminals by name."""
    return _rows(engine, _shown(terminals).order_by(terminals.c.terminal))


def all_alarms(engine: Engine) -> list[dict]:
    """Alarms with their catalogue's text, oldest first."""
    return [{**row, "text": _text(row)} for row in _rows(engine, select(alarms).order_by(alarms.c.id))]


def all_quarantine(engine: Engine) -> list[dict]:
    """What was put aside, oldest first, without the raw bytes."""
    return _rows(engine, _shown(quarantine).order_by(quarantine.c.id))


def cases(engine: Engine) -> list[dict]:
    """Alarms of the host that wait for a person, each with its next step."""
    return [
        {**alarm, "next_step": kind.next_step}
        for alarm in all_alarms(engine)
        if alarm["source"] == "host" and (kind := CATALOGUE[alarm["code"]]).decide
    ]


def aside(engine: Engine) -> list[dict]:
    """Transactions that are kept apart and wait for a person, as `all_transactions` shows them, each with its case."""
    return [shown(row) for row in custody.transactions(engine)]


def closed(engine: Engine) -> list[dict]:
    """What persons decided on transactions that were kept apart."""
    return [shown(row) for row in custody.decisions(engine)]


def shown(row: dict) -> dict:
    """A row with its times in text, `received_s` becomes `received_at`, and a chip's data readable as `emv`."""
    if "icc" in row:
        row = {**row, "emv": icc.described(row["icc"], row["entry"])}
        del row["icc"]
    return {
        f"{name[:-2]}_at" if name[-2:] == "_s" else name: _time(value) if name[-2:] == "_s" else value
        for name, value in row.items()
    }


def _rows(engine: Engine, query: Select) -> list[dict]:
    with reading(engine) as connection:
        return [shown(dict(row)) for row in connection.execute(query).mappings()]


def _shown(table: Table) -> Select:
    columns: Iterable = (column for column in table.c if column.name not in _HIDDEN)
    return select(*columns)


@lru_cache
def _time(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(alarm: dict) -> str:
    if alarm["source"] == "host":
        return CATALOGUE[alarm["code"]].text
    try:
        return terminal_alarms.by_code(int(alarm["code"])).text[1]
    except KeyError:
        return ""  # of a newer terminal
