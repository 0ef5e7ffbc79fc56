# SPDX-License-Identifier: MIT
"""Cursors know which power-on of a terminal they follow, and whether another device disputes the epoch."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for column in (
        sa.Column("nonce", sa.LargeBinary(8)),
        sa.Column("since", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("receipted", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("disputed", sa.Boolean, nullable=False, server_default=sa.false()),
    ):
        op.add_column("cursors", column)
    op.execute("UPDATE cursors SET nonce = " + _nothing())


def _nothing() -> str:
    """An empty string of bytes: no power-on was heard since the tables know of them."""
    return "''::bytea" if op.get_bind().dialect.name == "postgresql" else "x''"
