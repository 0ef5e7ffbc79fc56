# SPDX-License-Identifier: MIT
"""Tables of the host, once, for SQLite and PostgreSQL (docs/host.md).

`records` is the truth: raw bodies by identity. `transactions`, `cursors` and `gaps` are folds of it; what a person
books from what was kept apart comes from `settlements`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

Identity = tuple[str, int, int]  # terminal, epoch, seq

metadata = MetaData()

# SQLite numbers rows by itself only in a column of the exact type INTEGER.
_Id = BigInteger().with_variant(Integer, "sqlite")


def _identity() -> tuple[Column, Column, Column]:
    return (
        Column("terminal", String(64), primary_key=True),
        Column("epoch", BigInteger, primary_key=True, autoincrement=False),
        Column("seq", BigInteger, primary_key=True, autoincrement=False),
    )


terminals = Table(
    "terminals",
    metadata,
    Column("terminal", String(64), primary_key=True),
    Column("state", String(12), nullable=False),  # active | suspended
    Column("source", String(12), nullable=False),  # sandbox | added
    Column("keys_sealed", LargeBinary),  # NULL for sandbox terminals: their keys are derived
    Column("enrolled_s", BigInteger, nullable=False),
    Column("seen_s", BigInteger),
)

records = Table(
    "records",
    metadata,
    *_identity(),
    Column("kind", Integer, nullable=False),
    Column("subject_epoch", BigInteger, nullable=False),  # the intent that this record tells about
    Column("subject_seq", BigInteger, nullable=False),
    Column("body_hash", LargeBinary(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_s", BigInteger, nullable=False),
    Index("records_subject", "terminal", "subject_epoch", "subject_seq"),
)

cursors = Table(
    "cursors",
    metadata,
    Column("terminal", String(64), primary_key=True),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("highest", BigInteger, nullable=False),  # every seq up to this one is in `records`, except `gaps`
    Column("duplicates", BigInteger, nullable=False),  # records that came again
    # The power-on that the books follow (lineage.py): its nonce, NULL when none is believed; its first number; up to
    # where it has brought every body itself or has receipts; whether another device has spoken under this epoch.
    Column("nonce", LargeBinary(8)),
    Column("since", BigInteger, nullable=False),
    Column("receipted", BigInteger, nullable=False),
    Column("disputed", Boolean, nullable=False),
)

gaps = Table(
    "gaps",
    metadata,
    Column("terminal", String(64), primary_key=True),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    Column("since_s", BigInteger, nullable=False),
    Column("told", Boolean, nullable=False),  # its alarm was raised
    Column("missing", BigInteger, nullable=False),  # of first..last; the others came (sequence.py)
)

transactions = Table(
    "transactions",
    metadata,
    *_identity(),
    Column("kind", String(12), nullable=False),
    Column("state", String(12), nullable=False),  # pending | approved | declined | reversed | voided
    Column("amount", BigInteger, nullable=False),  # minor units
    Column("currency", String(3), nullable=False),
    Column("entry", String(1), nullable=False),
    Column("issuer", String(12), nullable=False),
    Column("pan_masked", String(24), nullable=False),
    Column("trace", BigInteger, nullable=False),
    Column("batch", BigInteger, nullable=False),
    Column("voucher", BigInteger, nullable=False),
    Column("operator", String(4), nullable=False),
    Column("code", String(2), nullable=False),  # ISO 8583 data element 39
    Column("auth_code", String(6), nullable=False),
    Column("reference", String(12), nullable=False),
    Column("occurred_s", BigInteger),  # NULL: the terminal's clock was not set
    Column("received_s", BigInteger, nullable=False),
    Column("offline", Boolean, nullable=False),
    Column("reversed", Boolean, nullable=False),
    Column("fee", BigInteger, nullable=False),
    Column("original_epoch", BigInteger),
    Column("original_seq", BigInteger),
    Column("icc", LargeBinary, nullable=False),  # what a chip card told last (ISO 8583 data element 55)
    Index("transactions_original", "terminal", "original_epoch", "original_seq"),
    Index("transactions_batch", "terminal", "batch"),
)

decisions = Table(
    "decisions",
    metadata,
    *_identity(),
    Column("code", String(2), nullable=False),
    Column("auth_code", String(6), nullable=False),
    Column("reference", String(12), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("decided_s", BigInteger, nullable=False),
    Column("answer_s", Float),  # not answered before this time; NULL: never answered
    Column("icc", LargeBinary, nullable=False),  # what the card is told
    Column("cryptogram", LargeBinary(8)),  # that the card asked with
    Index("decisions_cryptogram", "cryptogram"),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("reason", String(24), nullable=False),
    Column("detail", Text, nullable=False),
    Column("terminal", String(64), nullable=False),
    Column("topic", Text, nullable=False),
    Column("raw_hash", LargeBinary(32), nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("first_s", BigInteger, nullable=False),
    Column("last_s", BigInteger, nullable=False),
    Column("pool", String(96)),  # what its number is bounded in (bounds.py); NULL: never let go
    Column("about", LargeBinary(32)),  # hash of the intent beside it; NULL: none was; empty: several were
    UniqueConstraint("reason", "terminal", "raw_hash"),
    Index("quarantine_pool", "pool", "id"),
)

ksns = Table(
    "ksns",
    metadata,
    Column("key_id", LargeBinary(8), primary_key=True),  # of the initial DUKPT key (ANSI X9.24-3)
    Column("counter", BigInteger, primary_key=True, autoincrement=False),
    Column("terminal", String(64), nullable=False),  # the record that it has opened
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
)

settlements = Table(
    "settlements",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("terminal", String(64), nullable=False),
    Column("case_id", String(12), nullable=False),  # of a transaction that was kept apart (custody.py)
    Column("number", BigInteger, nullable=False),  # of this decision on it, from 1; none is ever changed
    Column("outcome", String(12), nullable=False),  # booked | dismissed | reversed | arrived
    Column("state", String(12), nullable=False),  # of the transaction, as the person saw it
    Column("seq", BigInteger, nullable=False),  # of its row in `transactions`, under epoch 0; 0: none
    Column("body_hash", LargeBinary(32), nullable=False),  # of its intent
    Column("note", Text, nullable=False),
    Column("who", String(64), nullable=False),
    Column("settled_s", BigInteger, nullable=False),
    UniqueConstraint("terminal", "case_id", "number"),
)

imports = Table(
    "imports",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("terminal", String(64), nullable=False),
    Column("image_sha256", String(64), nullable=False),
    Column("who", String(64), nullable=False),
    Column("imported_s", BigInteger, nullable=False),
)

imported = Table(
    "imported",
    metadata,
    *_identity(),
    Column("import_id", BigInteger, nullable=False),
)

alarms = Table(
    "alarms",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("code", String(24), nullable=False),
    Column("severity", String(8), nullable=False),  # info | warning | error
    Column("source", String(8), nullable=False),  # host | terminal
    Column("terminal", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("first_s", BigInteger, nullable=False),
    Column("last_s", BigInteger, nullable=False),
    Column("pool", String(112), nullable=False),  # as above
    UniqueConstraint("code", "source", "terminal", "detail"),
    Index("alarms_pool", "pool", "id"),
)
