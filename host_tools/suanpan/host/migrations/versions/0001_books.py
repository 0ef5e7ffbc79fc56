# SPDX-License-Identifier: MIT
"""The first tables: records, transactions, decisions, terminals, quarantine, alarms."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _identity() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("terminal", sa.String(64), primary_key=True),
        sa.Column("epoch", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    ]


def upgrade() -> None:
    _terminals()
    _records()
    _transactions()
    _decisions()
    _put_aside()


def downgrade() -> None:
    for name in ("alarms", "quarantine", "decisions", "transactions", "cursors", "records", "terminals"):
        op.drop_table(name)


def _terminals() -> None:
    op.create_table(
        "terminals",
        sa.Column("terminal", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("source", sa.String(12), nullable=False),
        sa.Column("keys_sealed", sa.LargeBinary),
        sa.Column("enrolled_s", sa.BigInteger, nullable=False),
        sa.Column("seen_s", sa.BigInteger),
    )


def _records() -> None:
    op.create_table(
        "records",
        *_identity(),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("subject_epoch", sa.BigInteger, nullable=False),
        sa.Column("subject_seq", sa.BigInteger, nullable=False),
        sa.Column("body_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("received_s", sa.BigInteger, nullable=False),
    )
    op.create_index("records_subject", "records", ["terminal", "subject_epoch", "subject_seq"])
    op.create_table(
        "cursors",
        sa.Column("terminal", sa.String(64), primary_key=True),
        sa.Column("epoch", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("cumulative", sa.BigInteger, nullable=False),
    )


def _transactions() -> None:
    op.create_table(
        "transactions",
        *_identity(),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("entry", sa.String(1), nullable=False),
        sa.Column("issuer", sa.String(12), nullable=False),
        sa.Column("pan_masked", sa.String(24), nullable=False),
        sa.Column("trace", sa.BigInteger, nullable=False),
        sa.Column("batch", sa.BigInteger, nullable=False),
        sa.Column("voucher", sa.BigInteger, nullable=False),
        sa.Column("operator", sa.String(4), nullable=False),
        sa.Column("code", sa.String(2), nullable=False),
        sa.Column("auth_code", sa.String(6), nullable=False),
        sa.Column("reference", sa.String(12), nullable=False),
        sa.Column("occurred_s", sa.BigInteger),
        sa.Column("received_s", sa.BigInteger, nullable=False),
        sa.Column("offline", sa.Boolean, nullable=False),
        sa.Column("reversed", sa.Boolean, nullable=False),
        sa.Column("fee", sa.BigInteger, nullable=False),
        sa.Column("original_epoch", sa.BigInteger),
        sa.Column("original_seq", sa.BigInteger),
    )
    op.create_index("transactions_original", "transactions", ["terminal", "original_epoch", "original_seq"])
    op.create_index("transactions_batch", "transactions", ["terminal", "batch"])


def _decisions() -> None:
    op.create_table(
        "decisions",
        *_identity(),
        sa.Column("code", sa.String(2), nullable=False),
        sa.Column("auth_code", sa.String(6), nullable=False),
        sa.Column("reference", sa.String(12), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("decided_s", sa.BigInteger, nullable=False),
        sa.Column("answer_s", sa.Float),
    )


def _put_aside() -> None:
    op.create_table(
        "quarantine",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("raw_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        *_counted(),
        sa.UniqueConstraint("reason", "terminal", "raw_hash"),
    )
    op.create_table(
        "alarms",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("code", sa.String(24), nullable=False),
        sa.Column("severity", sa.String(8), nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        *_counted(),
        sa.UniqueConstraint("code", "source", "terminal", "detail"),
    )


def _counted() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("first_s", sa.BigInteger, nullable=False),
        sa.Column("last_s", sa.BigInteger, nullable=False),
    ]
