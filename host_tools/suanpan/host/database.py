# SPDX-License-Identifier: MIT
"""Opens the host's database: SQLite (WAL, synchronous=FULL) by default, PostgreSQL by URL.

Migrations run under the database's own write lock, so that two hosts starting together do not collide.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError

from suanpan.errors import USAGE, Failure
from suanpan.places import data_dir

if TYPE_CHECKING:
    from alembic.config import Config

BUSY_TIMEOUT_MS = 10_000
_WAIT_FOR_THE_DISK = """
SELECT set_config('synchronous_commit', 'on', false)
WHERE current_setting('synchronous_commit') IN ('off', 'local')
"""
_MIGRATION_LOCK = 0x5375616E  # PostgreSQL advisory lock number: "Suan"


def default_url() -> str:
    """`$SUANPAN_DB`, else a SQLite file in the user's data directory."""
    return os.environ.get("SUANPAN_DB") or f"sqlite:///{data_dir() / 'host.db'}"


def normal_url(url: str) -> str:
    """A database URL; a bare path means a SQLite file."""
    return url if "://" in url else f"sqlite:///{url}"


def open_engine(url: str) -> Engine:
    """Engine whose transactions are durable when commit returns. Failure when the URL is wrong."""
    url = normal_url(url)
    try:
        engine = create_engine(url, **_options(url))
    except (ArgumentError, ImportError, ValueError) as error:
        raise Failure(
            f"cannot use the database {_without_password(url)}: {error}",
            "give --db sqlite:///PATH or install the driver that the URL names",
        ) from error
    if engine.dialect.name == "sqlite":
        _make_folder(engine)
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _on_postgresql_connect)
    return engine


def _options(url: str) -> dict:
    # A plan prepared while the tables are empty would read them whole for as long as the connection lives.
    return {"connect_args": {"prepare_threshold": None}} if url.startswith("postgresql+psycopg") else {}


def open_books(url: str, create: bool = False) -> Engine:
    """Engine with the tables up to date. Failure when there are no books yet, unless `create`."""
    path = normal_url(url).removeprefix("sqlite:///")
    if "://" not in path and not create:
        _must_be_books(path)
    engine = open_engine(url)
    migrate(engine)
    return engine


def _must_be_books(path: str) -> None:
    """Failure unless the SQLite file is there and holds books; another program's file is not even opened to write."""
    if not os.path.exists(path):
        raise Failure(
            f"there is no database {path} yet", "start the host: suanpan host serve, or give --db URL"
        )
    try:
        with closing(sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True)) as file:
            found = file.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    except sqlite3.DatabaseError:
        return  # no SQLite file, or not to be read: that is said where it is opened
    if not found:
        raise Failure(
            f"{path} holds no books of a host", "give --db with the file that suanpan host serve made"
        )


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that changes nothing."""
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that takes SQLite's write lock at once: a lock upgraded later could fail half-way."""
    with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection, connection.begin():
        yield connection


def migrate(engine: Engine, version: str = "head") -> str:
    """Bring the tables to `version`, the newest; returns it. Failure when the database is not reachable."""
    from alembic import command

    config = _migrations()
    with _explained(engine):
        current, newest = _versions(engine, config)
        if current == newest and version == "head":
            return newest
        with writing(engine) as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
            config.attributes["connection"] = connection
            command.upgrade(config, version)
            return _version(connection) or ""


def versions(url: str) -> tuple[str | None, str]:
    """(version of the tables, None when there are none; the newest version); makes and changes nothing."""
    path = normal_url(url).removeprefix("sqlite:///")
    config = _migrations()
    if "://" not in path and not os.path.exists(path):
        return None, _newest(config)
    engine = open_engine(url)
    with _explained(engine):
        return _versions(engine, config)


def _migrations() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _versions(engine: Engine, config: "Config") -> tuple[str | None, str]:
    with reading(engine) as connection:  # needs no lock, which a busy host may hold
        current = _version(connection)
    return current, _newest(config, current)


def _version(connection: Connection) -> str | None:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def _newest(config: "Config", current: str | None = None) -> str:
    """The newest version; CommandError when `current` is not known here."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(config)
    scripts.get_revisions(current or ())
    return scripts.get_current_head() or ""


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    """What goes wrong with the tables' versions is a Failure."""
    from alembic.util import CommandError

    try:
        yield
    except DatabaseError as error:
        raise unreachable(engine, error) from error
    except CommandError as error:
        said = f"the database {_without_password(str(engine.url))} is of a later version: {error}"
        raise Failure(said, "update this suanpan; nothing was changed") from error


def told(error: Exception) -> Exception:
    """What a person is told when a command ends with `error`; `error` itself when it is not the database's."""
    if isinstance(error, DBAPIError):
        return Failure(f"the database failed: {error.orig}", "see to its disk or server, then repeat")
    if isinstance(error, UnicodeEncodeError):
        return Failure("an argument is no UTF-8 text", "write it in plain text", USAGE)
    return error


def unreachable(engine: Engine, error: DBAPIError) -> Failure:
    """What to tell a person when the database does not open."""
    where = _without_password(str(engine.url))
    return Failure(
        f"the database {where} does not open: {error.orig}", "check the path or URL given with --db"
    )


def _make_folder(engine: Engine) -> None:
    name = engine.url.database
    if not name or name == ":memory:":
        return
    try:
        Path(name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # the books are their owner's
    except OSError as error:
        raise Failure(f"cannot make the folder of {name}: {error.strerror}", "give another --db") from error


def _on_sqlite_connect(connection, _record) -> None:
    connection.isolation_level = None  # the driver starts no transactions of its own: `begin` below does
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _on_postgresql_connect(connection, _record) -> None:
    connection.execute(_WAIT_FOR_THE_DISK)
    connection.commit()


def _on_sqlite_begin(connection: Connection) -> None:
    kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")


def _without_password(url: str) -> str:
    head, at, tail = url.rpartition("@")
    return f"{head.split('://')[0]}://…@{tail}" if at else url
