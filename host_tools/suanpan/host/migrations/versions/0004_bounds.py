# SPDX-License-Identifier: MIT
"""What is refused or alarmed is bounded in pools; gaps say how many of their numbers are missing."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_NAME = """
CASE WHEN EXISTS (SELECT 1 FROM terminals WHERE terminals.terminal = {0}.terminal)
THEN {0}.terminal ELSE '' END"""


def upgrade() -> None:
    op.add_column("gaps", sa.Column("missing", sa.BigInteger, nullable=False, server_default="0"))
    op.execute("UPDATE gaps SET missing = last - first + 1")
    op.add_column("quarantine", sa.Column("pool", sa.String(96)))
    op.add_column("alarms", sa.Column("pool", sa.String(112), nullable=False, server_default=""))
    # What terminals handed over may be money: it is in no pool.
    op.execute(f"""UPDATE quarantine SET pool = {_NAME.format("quarantine")} || '/' || reason
        WHERE reason NOT IN ('other-body', 'disputed')""")
    op.execute(f"UPDATE alarms SET pool = {_NAME.format('alarms')} || '/' || source || '/' || code")
    for table in ("quarantine", "alarms"):
        op.create_index(f"{table}_pool", table, ["pool", "id"])
