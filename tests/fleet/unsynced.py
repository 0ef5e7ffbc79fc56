# SPDX-License-Identifier: MIT
"""What is known of a terminal that does not come to rest: its log, its queue, and what the host has of it."""

import time
from collections.abc import Iterator

from sqlalchemy import Engine, Row, select

from fleet.tills import Till
from pos.codec import records
from suanpan.host.database import reading
from suanpan.host.schema import cursors, gaps, terminals
from suanpan.journal.image import recovered

_LINES = 4  # of its log


def told(till: Till, books: Engine) -> str:
    """Some lines."""
    return "\n".join(
        [f"{till.name} on {till.runtime}: {till.told(_LINES)}", *_queue(till), *_of_host(till, books)]
    )


def _queue(till: Till) -> Iterator[str]:
    journal = recovered(till.image)
    waiting = [_named(records.as_dict(bytes(body))) for _, body in journal.pending()]
    yield f"  epoch {journal.epoch}, receipts up to {journal.cumulative}, pending: {', '.join(waiting)}"


def _named(record: dict) -> str:
    about = f" of {record['of_epoch']}/{record['of_seq']}" if "of_seq" in record else ""
    return f"{record['seq']} {record['kind']}{about}"


def _of_host(till: Till, books: Engine) -> Iterator[str]:
    with reading(books) as connection:
        for row in connection.execute(select(terminals).where(terminals.c.terminal == till.terminal)):
            yield f"  the host heard it {time.time() - row.seen_s:.0f} s ago"
        for table in (cursors, gaps):
            for row in connection.execute(select(table).where(table.c.terminal == till.terminal)):
                yield f"  {table.name}: {_fields(row)}"


def _fields(row: Row) -> str:
    shown = {name: value.hex() if isinstance(value, bytes) else value for name, value in row._mapping.items()}
    return ", ".join(f"{name} {value}" for name, value in shown.items() if name != "terminal")
