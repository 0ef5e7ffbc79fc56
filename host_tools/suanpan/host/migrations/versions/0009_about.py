# SPDX-License-Identifier: MIT
"""Which intent came beside a decision that is kept apart: several devices may have given its number."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("quarantine", sa.Column("about", sa.LargeBinary(32)))
