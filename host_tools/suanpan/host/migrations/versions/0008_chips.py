# SPDX-License-Identifier: MIT
"""What chip cards told and were told: with their transactions, and with the decisions on them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    empty = "''::bytea" if op.get_bind().dialect.name == "postgresql" else "x''"
    for table in ("transactions", "decisions"):
        default = sa.text(empty)
        op.add_column(table, sa.Column("icc", sa.LargeBinary, nullable=False, server_default=default))
    op.add_column("decisions", sa.Column("cryptogram", sa.LargeBinary(8)))
    op.create_index("decisions_cryptogram", "decisions", ["cryptogram"])
