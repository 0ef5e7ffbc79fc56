# SPDX-License-Identifier: MIT
"""What persons decided on transactions that were kept apart."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "settlements",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("case_id", sa.String(12), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("body_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("settled_s", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("terminal", "case_id", "number"),
    )
