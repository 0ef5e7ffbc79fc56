# SPDX-License-Identifier: MIT
"""Which records a person brought from a journal's image, and which image that was."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("image_sha256", sa.String(64), nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("imported_s", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "imported",
        sa.Column("terminal", sa.String(64), primary_key=True),
        sa.Column("epoch", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("import_id", sa.BigInteger, nullable=False),
    )
