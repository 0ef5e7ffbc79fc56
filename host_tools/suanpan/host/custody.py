# SPDX-License-Identifier: MIT
"""Money that is kept apart from the books: what a device told whose numbers another one had used (docs/host.md).

The terminal has let go of these records on the host's word, so they stand here until a person has settled them.
"""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import Connection, Engine, Row, and_, exists, select

from suanpan.host import bounds, entry
from suanpan.host.database import reading
from suanpan.host.fold import KINDS, Stored, folded
from suanpan.host.schema import Identity, quarantine, records

OTHER_BODY, DISPUTED = "other-body", "disputed"
_BOOKED = exists().where(
    and_(records.c.terminal == quarantine.c.terminal, records.c.body_hash == quarantine.c.raw_hash)
)
_KEPT = select(quarantine.c.terminal, quarantine.c.raw, quarantine.c.first_s).where(
    quarantine.c.reason.in_((OTHER_BODY, DISPUTED)), ~_BOOKED
)


def most(one: entry.Entry) -> int:
    """How many records like `one` are kept apart for a terminal; 0: all, for it is money or may be."""
    return bounds.RECORDS if one.known and one.kind not in KINDS else 0


def transactions(engine: Engine) -> list[dict]:
    """Transactions whose intent is kept apart, each with what was told of it, by identity."""
    with reading(engine) as connection:
        told = _told(connection)
    rows = [row for history in told.values() for row in _each(history)]
    return sorted(rows, key=lambda row: (row["terminal"], row["epoch"], row["seq"], row["amount"]))


def _told(connection: Connection) -> dict[Identity, list[Stored]]:
    """Records by the intent that they tell about, each body once."""
    about: dict[Identity, list[Stored]] = defaultdict(list)
    for one in {(row.terminal, row.raw): _stored(row) for row in connection.execute(_KEPT)}.values():
        if one.entry.kind in KINDS:
            about[one.entry.subject].append(one)
    return about


def _stored(row: Row) -> Stored:
    return Stored(entry.read(row.terminal, row.raw), row.first_s)


def _each(history: list[Stored]) -> Iterator[dict]:
    """A row for each intent: several devices may have given one number."""
    followers = [one for one in history if one.entry.identity != one.entry.subject]
    for one in history:
        if one.entry.identity == one.entry.subject:
            yield from folded([one, *followers])[0]
