# SPDX-License-Identifier: MIT
"""Money that is kept apart from the books: what a device told whose numbers another one had used (docs/host.md).

The terminal has let go of these records on the host's word, so they stand here until a person has settled them.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, Row, select

from suanpan.host import bounds, entry
from suanpan.host.database import reading
from suanpan.host.fold import JOINED, KINDS, Stored, folded, stored_about
from suanpan.host.schema import Identity, quarantine, records, settlements
from suanpan.host.statements import ByIdentity, identity, identity_of

OTHER_BODY, DISPUTED = "other-body", "disputed"
_COLUMNS = (quarantine.c[name] for name in ("terminal", "raw", "first_s", "reason", "about"))
_KEPT = select(*_COLUMNS).where(quarantine.c.reason.in_((OTHER_BODY, DISPUTED, JOINED)))
_BOOKED = ByIdentity(identity_of(records), (*identity_of(records), records.c.body_hash))
_SETTLED = select(settlements).order_by(settlements.c.id)


@dataclass(frozen=True)
class Case:
    """A transaction kept apart, as its records fold; `settled` is the newest decision on it, if there is one."""

    case_id: str
    row: dict
    body_hash: bytes
    settled: Row | None

    @property
    def open(self) -> bool:
        """Nobody has settled it, or its records say something else since."""
        return self.settled is None or self.settled.state != self.row["state"]


def most(one: entry.Entry) -> int:
    """How many records like `one` are kept apart for a terminal; 0: all, for it is money or may be."""
    return bounds.RECORDS if one.known and one.kind not in KINDS else 0


def cases(connection: Connection) -> list[Case]:
    """Every transaction whose intent is kept apart, with what was told of it, by identity."""
    settled = {(row.terminal, row.case_id): row for row in connection.execute(_SETTLED)}
    found = [case for history in _told(connection).values() for case in _each(history, settled)]
    return sorted(found, key=lambda case: (*identity(case.row), case.row["amount"]))


def transactions(engine: Engine) -> list[dict]:
    """Those that wait for a person."""
    with reading(engine) as connection:
        return [{**case.row, "case": case.case_id} for case in cases(connection) if case.open]


def decisions(engine: Engine) -> list[dict]:
    """What persons decided, in that order."""
    names = ("case_id", "terminal", "outcome", "state", "seq", "note", "who", "settled_s")
    with reading(engine) as connection:
        return [{name: getattr(row, name) for name in names} for row in connection.execute(_SETTLED)]


def _told(connection: Connection) -> dict[Identity, list[Stored]]:
    """Records by the intent that they tell about, each body once, without those that are in the books."""
    about: dict[Identity, list[Stored]] = defaultdict(list)
    rows = connection.execute(_KEPT).all()
    joined = {(row.terminal, row.raw) for row in rows if row.reason == JOINED}
    kept = _once([row for row in rows if (row.terminal, row.raw) not in joined])
    money = [one for one in kept if one.entry.kind in KINDS]
    stored = _BOOKED.rows(connection, {one.entry.identity for one in money})
    booked = {(terminal, epoch, seq): body_hash for terminal, epoch, seq, body_hash in stored}
    for one in money:
        if booked.get(one.entry.identity) != one.entry.body_hash:
            about[one.entry.subject].append(one)
    for one in _left_alone(connection, about.keys()):
        about[one.entry.subject].append(one)
    return about


def _left_alone(connection: Connection, subjects: Collection[Identity]) -> list[Stored]:
    """Decisions in the books whose intent is not there: it came later, and is kept apart."""
    told = stored_about(connection, set(subjects))
    booked = {one.entry.subject for one in told if not one.follows}
    return [one for one in told if one.entry.subject not in booked]


def _once(rows: Collection[Row]) -> Collection[Stored]:
    """Each body once; beside two intents it may be about either."""
    kept: dict[tuple[str, bytes], Stored] = {}
    for row in rows:
        key = (row.terminal, row.raw)
        one = Stored(entry.read(*key), row.first_s, about=row.about)
        same = kept.setdefault(key, one)
        if same.about != one.about:
            kept[key] = same._replace(about=None)
    return kept.values()


def _each(history: list[Stored], settled: dict[tuple[str, str], Row]) -> Iterator[Case]:
    """A case for each intent with what came beside it: several devices may have given one number."""
    followers = [one for one in history if one.follows]
    for one in history:
        if not one.follows:
            name, body_hash = one.entry.terminal, one.entry.body_hash
            case_id = hashlib.sha256(name.encode() + body_hash).hexdigest()[:12]
            mine = [other for other in followers if not other.about or other.about == body_hash]
            for row in folded([one, *mine])[0]:
                yield Case(case_id, row, body_hash, settled.get((name, case_id)))
