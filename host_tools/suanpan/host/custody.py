# SPDX-License-Identifier: MIT
"""Money that is kept apart from the books: what a device told whose numbers another one had used (docs/host.md).

The terminal has let go of these records on the host's word, so they stand here until a person has settled them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator

from sqlalchemy import Connection, Engine, Row, and_, exists, select

from suanpan.host import entry
from suanpan.host.database import reading
from suanpan.host.fold import JOINED, KINDS, Stored, folded, stored_about
from suanpan.host.schema import Identity, quarantine, records

OTHER_BODY, DISPUTED = "other-body", "disputed"
_BOOKED = exists().where(
    and_(records.c.terminal == quarantine.c.terminal, records.c.body_hash == quarantine.c.raw_hash)
)
_twin = quarantine.alias("twin")
_TAKEN_OVER = exists().where(
    and_(
        _twin.c.terminal == quarantine.c.terminal,
        _twin.c.raw_hash == quarantine.c.raw_hash,
        _twin.c.reason == JOINED,
    )
)
_KEPT = select(quarantine.c.terminal, quarantine.c.raw, quarantine.c.first_s).where(
    quarantine.c.reason.in_((OTHER_BODY, DISPUTED)), ~_BOOKED, ~_TAKEN_OVER
)


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
    for one in _left_alone(connection, about.keys()):
        about[one.entry.subject].append(one)
    return about


def _left_alone(connection: Connection, subjects: Collection[Identity]) -> list[Stored]:
    """Decisions in the books whose intent is not there: it came later, and is kept apart."""
    told = stored_about(connection, set(subjects))
    booked = {one.entry.subject for one in told if not one.decides}
    return [one for one in told if one.entry.subject not in booked]


def _stored(row: Row) -> Stored:
    return Stored(entry.read(row.terminal, row.raw), row.first_s)


def _each(history: list[Stored]) -> Iterator[dict]:
    """A row for each intent: several devices may have given one number."""
    followers = [one for one in history if one.decides]
    for one in history:
        if not one.decides:
            yield from folded([one, *followers])[0]
