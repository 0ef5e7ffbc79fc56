# SPDX-License-Identifier: MIT
"""Keeps `transactions` equal to the fold of `records` by pos.domain.transaction, in whatever order they came.

Every transaction touched is folded again from all of its stored records, so order of arrival cannot matter.
"""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, Row, and_, select

from pos.codec import records as kinds
from pos.domain import transaction as rules
from suanpan.host.database import chunks, upsert
from suanpan.host.schema import records, transactions

Identity = tuple[str, int, int]  # terminal, epoch, seq
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
    wanted = defaultdict(list)
    for terminal, epoch, seq in subjects:
        wanted[terminal, epoch].append(seq)
    found = defaultdict(list)
    columns = (records.c.subject_seq, records.c.epoch, records.c.seq, records.c.body, records.c.received_s)
    for (terminal, epoch), seqs in wanted.items():
        for part in chunks(seqs):
            about = and_(
                records.c.terminal == terminal,
                records.c.subject_epoch == epoch,
                records.c.subject_seq.in_(part),
                records.c.kind.in_(_FOLDED),
            )
            for row in connection.execute(select(*columns).where(about)):
                found[terminal, epoch, row.subject_seq].append(row)
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
    wanted = defaultdict(list)
    for row in sales:
        wanted[row["terminal"], row["epoch"]].append(row["seq"])
    found: set[Identity] = set()
    for (terminal, epoch), seqs in wanted.items():
        for part in chunks(seqs):
            void_of = and_(
                transactions.c.terminal == terminal,
                transactions.c.original_epoch == epoch,
                transactions.c.original_seq.in_(part),
                transactions.c.kind == "void",
                transactions.c.state == rules.APPROVED,
            )
            seqs_found = connection.execute(select(transactions.c.original_seq).where(void_of)).scalars()
            found.update((terminal, epoch, seq) for seq in seqs_found)
    return found
