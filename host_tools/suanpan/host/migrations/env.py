# SPDX-License-Identifier: MIT
"""Alembic's entry: runs on the connection that suanpan.host.database hands over, inside its transaction."""

from alembic import context

from suanpan.host.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
