# SPDX-License-Identifier: MIT
"""Keeps `transactions` equal to the fold of `records` by pos.domain.transaction, in whatever order they came.

Every transaction touched is folded again from all of its records, so order of arrival cannot matter.
"""

from collections import defaultdict
from collections.abc import Collection
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from pos.codec import records as kinds
from pos.domain import transaction as rules
from suanpan.host import entry
from suanpan.host.entry import Entry
from suanpan.host.schema import Identity, quarantine, records, transactions
from suanpan.host.statements import Bulk, ByIdentity, ByTerminal, identity

JOINED = "joined"  # in quarantine: a decision about an intent of the books, by the device that wrote it
DECISIONS = (kinds.OUTCOME.kind, kinds.REVERSAL.kind)
KINDS = {
    schema.kind: schema.name
    for schema in (kinds.SALE, kinds.VOID, kinds.REFUND, kinds.OUTCOME, kinds.REVERSAL, kinds.ICC)
}

_COLUMNS = tuple(column.name for column in transactions.c if hasattr(rules.Transaction(1, 1), column.name))
_values = attrgetter(*_COLUMNS)
_ABOUT = ByIdentity(
    (records.c.terminal, records.c.subject_epoch, records.c.subject_seq),
    (records.c.terminal, records.c.body, records.c.received_s),
)
_JOINED = ByTerminal(
    quarantine,
    select(quarantine.c.terminal, quarantine.c.raw, quarantine.c.first_s)
    .where(quarantine.c.reason == JOINED)
    .where,
)
_TAKEN_BACK = ByIdentity(
    (transactions.c.terminal, transactions.c.original_epoch, transactions.c.original_seq),
    (transactions.c.terminal, transactions.c.original_epoch, transactions.c.original_seq),
    transactions.c.kind == "void",
    transactions.c.state == rules.APPROVED,
)
_WRITE = Bulk(transactions, replace=True)
_NEWEST = (
    select(transactions.c.trace, transactions.c.batch, transactions.c.voucher)
    .where(transactions.c.terminal == bindparam("name"))
    .order_by(transactions.c.epoch.desc(), transactions.c.seq.desc())
    .limit(1)
)


class Stored(NamedTuple):
    """A record and when it was received."""

    entry: Entry
    received_s: int
    joined: bool = False
    about: bytes | None = None  # hash of the intent that came beside it, when only one did

    @property
    def follows(self) -> bool:
        """Does it tell about another record, the intent?"""
        return self.entry.identity != self.entry.subject

    @property
    def decides(self) -> bool:
        return self.entry.kind in DECISIONS


def counters(connection: Connection, terminal: str) -> tuple[int, int, int]:
    """Trace, batch and voucher of the newest transaction of `terminal`."""
    row = connection.execute(_NEWEST, {"name": terminal}).first()
    return tuple(row) if row else (0, 1, 0)


def stored_about(connection: Connection, subjects: Collection[Identity]) -> list[Stored]:
    """Records in the books that tell about `subjects`, and what was joined to them."""
    rows = _ABOUT.rows(connection, subjects)
    told = [Stored(entry.read(row.terminal, row.body), row.received_s) for row in rows]
    apart = _JOINED.execute(connection, {name for name, _, _ in subjects})
    joined = [Stored(entry.read(row.terminal, row.raw), row.first_s, True) for row in apart]
    return told + [one for one in joined if one.entry.subject in subjects]


def refold(connection: Connection, told: list[Stored]) -> tuple[list[dict], list[Identity]]:
    """Fold all that is `told` about some subjects into `transactions`. Returns (rows written, contradictions)."""
    folds, conflicts = folded(told)
    following = [row for row in folds if row["kind"] != "sale"]
    _WRITE.write(connection, following)
    sales = [row for row in folds if row["kind"] == "sale"]
    originals = {_original(row) for row in following if row["kind"] == "void"}
    others = originals - {identity(row) for row in sales}
    sales += [row for row in folded(stored_about(connection, others))[0] if row["kind"] == "sale"]
    _mark_voided(connection, [row for row in sales if row["state"] == rules.APPROVED])
    _WRITE.write(connection, sales)
    return following + sales, conflicts


def _original(row: dict) -> Identity:
    return row["terminal"], row["original_epoch"], row["original_seq"]


def folded(told: list[Stored]) -> tuple[list[dict], list[Identity]]:
    """(rows of the transactions whose intent is told, subjects whose records contradict each other)."""
    about: dict[Identity, list[Stored]] = defaultdict(list)
    for one in sorted(told, key=lambda stored: stored.entry[:3]):
        if one.entry.kind in KINDS:
            about[one.entry.subject].append(one)
    rows, conflicts = [], []
    for subject, history in about.items():
        found, sound = _fold(subject, _first_hand(history))
        if not sound or found.state != _fold(subject, history)[0].state:
            conflicts.append(subject)
        if found.kind:  # otherwise a tombstone: a reversal whose intent has not come yet
            received_s = next(stored.received_s for stored in history if stored.entry.identity == subject)
            rows.append(_row(subject[0], found, received_s))
    return rows, conflicts


def _first_hand(history: list[Stored]) -> list[Stored]:
    """What the books were told themselves decides; what is joined to them counts where they were told nothing."""
    booked = [one for one in history if not one.joined]
    return booked if any(one.decides for one in booked) else history


def _fold(subject: Identity, history: list[Stored]) -> tuple[rules.Transaction, bool]:
    """(transaction, whether its records agree): as far as they do."""
    found = rules.Transaction(*subject[1:])
    try:
        for record, *_ in history:
            rules.apply(found, {**record.fields, "kind": KINDS[record.kind]})
    except rules.StateError:
        return found, False
    return found, True


def _row(terminal: str, one: rules.Transaction, received_s: int) -> dict:
    original_epoch, original_seq = one.original or (None, None)
    return {
        **dict(zip(_COLUMNS, _values(one), strict=True)),
        "terminal": terminal,
        "occurred_s": one.at_s or None,
        "received_s": received_s,
        "original_epoch": original_epoch,
        "original_seq": original_seq,
    }


def _mark_voided(connection: Connection, sales: list[dict]) -> None:
    taken_back = {tuple(row) for row in _TAKEN_BACK.rows(connection, [identity(row) for row in sales])}
    for row in sales:
        if identity(row) in taken_back:
            row["state"] = rules.VOIDED
