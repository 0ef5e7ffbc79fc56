# SPDX-License-Identifier: MIT
"""Keeps `transactions` equal to the fold of `records` by pos.domain.transaction, in whatever order they came.

Every transaction touched is folded again from all of its stored records, so order of arrival cannot matter.
"""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, Row, select

from pos.codec import records as kinds
from pos.domain import transaction as rules
from suanpan.host.schema import Identity, records, transactions
from suanpan.host.statements import any_of, upsert

_FOLDED = (kinds.SALE.kind, kinds.VOID.kind, kinds.OUTCOME.kind, kinds.REVERSAL.kind)


def refold(connection: Connection, subjects: set[Identity]) -> tuple[set[Identity], list[Identity]]:
    """Fold `subjects` and the sales that their voids take back. Returns (rows written, contradictions)."""
    folds, conflicts = _fold(connection, subjects)
    voids = [row for row in folds if row["kind"] == "void"]
    upsert(connection, transactions, voids)
    more = {(row["terminal"], row["original_epoch"], row["original_seq"]) for row in voids} - subjects
    originals, _ = _fold(connection, more)
    sales = [row for row in folds + originals if row["kind"] == "sale"]
    taken_back = _taken_back(connection, sales)
    for row in sales:
        if row["state"] == rules.APPROVED and identity(row) in taken_back:
            row["state"] = rules.VOIDED
    upsert(connection, transactions, sales)
    return {identity(row) for row in voids + sales}, conflicts


def identity(row: dict) -> Identity:
    """(terminal, epoch, seq) of a row."""
    return row["terminal"], row["epoch"], row["seq"]


def _fold(connection: Connection, subjects: set[Identity]) -> tuple[list[dict], list[Identity]]:
    rows, conflicts = [], []
    for key, stored in _stored(connection, subjects).items():
        folded = rules.Transaction(key[1], key[2])
        try:
            for record in stored:
                rules.apply(folded, kinds.as_dict(record.body))
        except rules.StateError:
            conflicts.append(key)
        if folded.kind:  # otherwise a tombstone: a reversal whose intent has not come yet
            rows.append(_row(key, folded, stored))
    return rows, conflicts


def _stored(connection: Connection, subjects: Iterable[Identity]) -> dict[Identity, list[Row]]:
    subject = (records.c.terminal, records.c.subject_epoch, records.c.subject_seq)
    columns = (*subject, records.c.epoch, records.c.seq, records.c.body, records.c.received_s)
    found = defaultdict(list)
    for about in any_of(*subject, subjects):
        for row in connection.execute(select(*columns).where(about, records.c.kind.in_(_FOLDED))):
            found[row.terminal, row.subject_epoch, row.subject_seq].append(row)
    for stored in found.values():
        stored.sort(key=lambda row: (row.epoch, row.seq))
    return found


def _row(key: Identity, folded: rules.Transaction, stored: list[Row]) -> dict:
    known = {
        column.name: getattr(folded, column.name) for column in transactions.c if hasattr(folded, column.name)
    }
    intent = next(row for row in stored if (row.epoch, row.seq) == key[1:])
    original_epoch, original_seq = folded.original or (None, None)
    return {
        **known,
        "terminal": key[0],
        "occurred_s": folded.at_s or None,
        "received_s": intent.received_s,
        "original_epoch": original_epoch,
        "original_seq": original_seq,
    }


def _taken_back(connection: Connection, sales: list[dict]) -> set[Identity]:
    original = (transactions.c.terminal, transactions.c.original_epoch, transactions.c.original_seq)
    stands = (transactions.c.kind == "void", transactions.c.state == rules.APPROVED)
    found: set[Identity] = set()
    for void_of in any_of(*original, map(identity, sales)):
        rows = connection.execute(select(*original).where(void_of, *stands))
        found.update((terminal, epoch, seq) for terminal, epoch, seq in rows)
    return found
