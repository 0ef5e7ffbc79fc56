# SPDX-License-Identifier: MIT
"""Migrations, durability settings, sealed keys, and what a person reads when the database is wrong."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from suanpan.errors import Failure
from suanpan.host import database, vault
from suanpan.host.schema import metadata


def test_migrations_make_exactly_the_schema(books):
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    with books.engine.connect() as connection, connection.begin():
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrating_again_changes_nothing(books):
    assert database.migrate(books.engine) == database.migrate(books.engine) == "0001"


def test_hosts_that_start_together_migrate_once(tmp_path):
    url = f"sqlite:///{tmp_path / 'host.db'}"
    with ThreadPoolExecutor(4) as pool:
        versions = list(pool.map(lambda _: database.migrate(database.open_engine(url)), range(4)))
    assert versions == ["0001"] * 4
    assert "records" in inspect(database.open_engine(url)).get_table_names()


def test_sqlite_writes_ahead_and_waits_for_the_disk(books):
    with books.engine.connect() as connection, connection.begin():
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous")
        }
    assert pragma == {"journal_mode": "wal", "synchronous": 2}


def test_the_schema_is_postgresql_too():
    dialect = postgresql.dialect()
    text = "\n".join(str(CreateTable(table).compile(dialect=dialect)) for table in metadata.sorted_tables)
    assert text.count("CREATE TABLE") == len(metadata.tables) and "BIGSERIAL" in text and "BYTEA" in text


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense://x", "cannot use"),
        ("sqlite:////proc/none/x.db", "folder"),
        ("postgresql+none://u:pw@h/x", "cannot use"),
    ],
)
def test_a_wrong_database_is_explained_without_its_password(url, said):
    with pytest.raises(Failure, match=said) as failure:
        database.open_books(url, create=True)
    assert failure.value.next_step and ":pw@" not in str(failure.value)


def test_a_file_that_is_no_database_is_explained(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("not a database, " * 100)
    with pytest.raises(Failure, match="does not open"):
        database.open_books(str(path))


def test_keys_are_sealed_under_a_file_outside_the_database(tmp_path, monkeypatch):
    path = tmp_path / "keys" / "host.key"
    monkeypatch.setenv("SUANPAN_HOST_KEY", str(path))
    sealed = vault.seal("SHOP-1", b"m" * 32, b"d" * 16)
    assert vault.unseal("SHOP-1", sealed) == (b"m" * 32, b"d" * 16)
    assert (b"m" * 32).hex().encode() not in sealed and path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Failure, match="do not open"):
        vault.unseal("SHOP-2", sealed)
    path.unlink()
    with pytest.raises(Failure, match="key file"):
        vault.unseal("SHOP-1", sealed)
