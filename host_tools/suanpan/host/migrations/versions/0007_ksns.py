# SPDX-License-Identifier: MIT
"""Which DUKPT counter opened which record."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "ksns",
        sa.Column("key_id", sa.LargeBinary(8), primary_key=True),
        sa.Column("counter", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("epoch", sa.BigInteger, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
    )
