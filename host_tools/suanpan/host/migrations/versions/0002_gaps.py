# SPDX-License-Identifier: MIT
"""Cursors hold the highest seq stored; what is missing below it has a table of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# Both are folds of the records.
_CURSORS = """
INSERT INTO cursors (terminal, epoch, highest, duplicates)
SELECT terminal, epoch, max(seq), 0 FROM records GROUP BY terminal, epoch
"""
_GAPS = """
INSERT INTO gaps (terminal, epoch, first, last, since_s, told)
SELECT terminal, epoch, below + 1, seq - 1, received_s, false FROM (
    SELECT terminal, epoch, seq, received_s,
        coalesce(lag(seq) OVER (PARTITION BY terminal, epoch ORDER BY seq), 0) AS below
    FROM records) AS walk
WHERE seq > below + 1
"""


def upgrade() -> None:
    op.drop_table("cursors")
    op.create_table(
        "cursors",
        sa.Column("terminal", sa.String(64), primary_key=True),
        sa.Column("epoch", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("highest", sa.BigInteger, nullable=False),
        sa.Column("duplicates", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "gaps",
        sa.Column("terminal", sa.String(64), primary_key=True),
        sa.Column("epoch", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("first", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("since_s", sa.BigInteger, nullable=False),
        sa.Column("told", sa.Boolean, nullable=False),
    )
    op.execute(_CURSORS)
    op.execute(_GAPS)
