# SPDX-License-Identifier: MIT
"""Migrations, durability settings, sealed keys, and what a person reads when the database is wrong."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from pretend import AT_S
from sqlalchemy import inspect, text

from suanpan.errors import Failure
from suanpan.host import cursors, database, ledger, vault
from suanpan.host.committed import Message
from suanpan.host.decisions import Decider
from suanpan.host.ingest import Ingest
from suanpan.host.keys import open_service
from suanpan.host.schema import metadata
from suanpan.host.script import Script
from suanpan.host.terminals import Register


def test_migrations_make_exactly_the_schema(books):
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    with books.engine.connect() as connection, connection.begin():
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_books_of_the_first_version_keep_their_cursors_and_gaps(db_url):
    engine = database.open_engine(db_url)
    database.migrate(engine, "0001")
    row = {"epoch": 1, "kind": 1, "hash": b"h" * 32, "body": b"b"}
    insert = text("INSERT INTO records VALUES (:terminal, :epoch, :seq, :kind, 1, 1, :hash, :body, 1)")
    with database.writing(engine) as connection:
        kept = (("SIM1", 1), ("SIM1", 2), ("SIM1", 5), ("SIM2", 3))
        connection.execute(insert, [{**row, "terminal": name, "seq": seq} for name, seq in kept])
        connection.execute(text("INSERT INTO cursors VALUES ('SIM1', 1, 2)"))
    database.migrate(engine)
    with database.writing(engine) as connection:
        found = cursors.load(connection, ["SIM1", "SIM2"])
    engine.dispose()
    shown = {key: (one.sequence.highest, one.sequence.cumulative) for key, one in found.items()}
    assert shown == {("SIM1", 1): (5, 2), ("SIM2", 1): (3, 0)}
    assert [(gap.first, gap.last) for gap in found["SIM2", 1].sequence.gaps] == [(1, 2)]


def test_books_before_chips_keep_transactions_and_decisions(db_url, terminal, tmp_path, monkeypatch):
    monkeypatch.setenv("SUANPAN_HOST_KEY", str(tmp_path / "host.key"))
    engine = database.open_engine(db_url)
    database.migrate(engine, "0007")
    sale = {
        "terminal": terminal.name,
        "epoch": 1,
        "seq": 1,
        "code": "51",
        "reference": "",
        "auth_code": "",
        "amount": 5,
    }
    more = {
        "batch": 1,
        "voucher": 1,
        "trace": 1,
        "fee": 0,
        "received_s": 1,
        "offline": False,
        "reversed": False,
    }
    texts = dict.fromkeys(("currency", "entry", "issuer", "pan_masked", "operator"), "")
    row = {**sale, **more, **texts, "kind": "sale", "state": "declined"}
    with database.writing(engine) as connection:
        for table, values in (
            ("decisions", {**sale, "decided_s": 1, "answer_s": 2.0}),
            ("transactions", row),
        ):
            names = ", ".join(values)
            places = ", ".join(f":{name}" for name in values)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), values)
    database.migrate(engine)
    assert [(row["state"], row["emv"]) for row in ledger.all_transactions(engine)] == [("declined", None)]
    message = Message(terminal.up, terminal.message(terminal.sale(), urgent=True))
    asked = Ingest(engine, Register()).commit([message], AT_S).asked
    (answer,) = Decider(engine, Script(), 35).decide(asked, AT_S).answers
    assert (answer.code, answer.icc) == ("51", b"")
    engine.dispose()


def test_migrating_again_changes_nothing(books):
    assert database.migrate(books.engine) == database.migrate(books.engine) == "0009"


def test_hosts_that_start_together_migrate_once(db_url):
    engines = [database.open_engine(db_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(database.migrate, engines)) == ["0009"] * 4
    assert "records" in inspect(engines[0]).get_table_names()
    for engine in engines:
        engine.dispose()


def test_the_database_waits_for_the_disk(books):
    expected = {"PRAGMA journal_mode": "wal", "PRAGMA synchronous": 2}
    if books.engine.dialect.name == "postgresql":
        expected = {"SHOW synchronous_commit": "on"}
    with database.reading(books.engine) as connection:
        assert {ask: connection.exec_driver_sql(ask).scalar() for ask in expected} == expected


def test_a_server_told_not_to_wait_for_the_disk_waits_for_the_host(postgres):
    hasty = postgres.new_database() + "&options=-csynchronous_commit%3Doff"
    with database.reading(database.open_engine(hasty)) as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


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


def test_a_file_of_another_program_is_refused_and_stays_as_it_is(tmp_path):
    for name, statement in (("photos.db", "CREATE TABLE photos (id)"), ("empty.db", "")):
        path = tmp_path / name
        with closing(sqlite3.connect(path)) as file:
            file.execute(statement)
        path.touch()
        before = path.read_bytes()
        with pytest.raises(Failure, match="holds no books of a host"):
            database.open_books(f"sqlite:///{path}")
        assert path.read_bytes() == before


def test_books_open_for_reading_while_another_process_writes(tmp_path):
    url = f"sqlite:///{tmp_path / 'host.db'}"
    database.open_books(url, create=True).dispose()
    with closing(sqlite3.connect(tmp_path / "host.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        engine = database.open_books(url)
        with database.reading(engine) as connection:
            assert connection.execute(text("SELECT count(*) FROM records")).scalar() == 0
        engine.dispose()


def test_keys_are_sealed_under_a_file_outside_the_database(tmp_path, monkeypatch):
    path = tmp_path / "keys" / "host.key"
    monkeypatch.setenv("SUANPAN_HOST_KEY", str(path))
    keys = open_service()
    sealed = vault.seal(keys, "SHOP-1", b"m" * 32, b"d" * 16)
    assert vault.unseal(keys, "SHOP-1", sealed) == (b"m" * 32, b"d" * 16)
    assert (b"m" * 32).hex().encode() not in sealed and path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Failure, match="do not open"):
        vault.unseal(keys, "SHOP-2", sealed)
    path.unlink()
    with pytest.raises(Failure, match="key file"):
        vault.unseal(keys, "SHOP-1", sealed)
