# SPDX-License-Identifier: MIT
"""A database, and the host's ingest and decisions on it without a broker."""

from collections import Counter

import pytest
from honest_run import honest_run
from injected import BASE, KEY_ID, register_at
from pretend import AT_S, Pretend
from sqlalchemy import select

from suanpan.host import database, ledger
from suanpan.host.committed import Message
from suanpan.host.decisions import Decider
from suanpan.host.ingest import Ingest
from suanpan.host.keys import open_service
from suanpan.host.schema import metadata
from suanpan.host.script import Script
from suanpan.host.terminals import Register


class Books:
    """`take(terminal, message, …)` commits a group as the host's worker does; asks decisions with `ask`."""

    def __init__(self, url):
        self.url = url
        self.engine = database.open_books(url, create=True)
        self.script = Script()
        self.ingest = Ingest(self.engine, Register())
        self.decider = Decider(self.engine, self.script, late_s=35)

    def take(self, terminal, *payloads, topic=None):
        return self.ingest.commit([Message(topic or terminal.up, payload) for payload in payloads], AT_S)

    def send(self, terminal, *bodies, **options):
        return self.take(terminal, terminal.message(*bodies, **options))

    def ask(self, terminal, *bodies, **options):
        """Answers to one urgent batch."""
        return self.decider.decide(self.send(terminal, *bodies, urgent=True, **options).asked, AT_S).answers

    def rows(self):
        return ledger.all_transactions(self.engine)

    def states(self):
        return {row["seq"]: row["state"] for row in self.rows()}

    def alarms(self):
        counts = Counter()
        for row in ledger.all_alarms(self.engine):
            counts[row["code"]] += row["count"]
        return dict(counts)

    def quarantine(self):
        return ledger.all_quarantine(self.engine)

    def values(self):
        """Every value of every table, as bytes."""
        with database.reading(self.engine) as connection:
            for table in metadata.sorted_tables:
                for row in connection.execute(select(table)):
                    yield from (value if isinstance(value, bytes) else str(value).encode() for value in row)


@pytest.fixture(scope="session")
def postgres():
    from postgres import Server

    with Server("fsync=off") as server:  # what is tested dies by itself; the machine does not
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))])
def db_url(request, tmp_path):
    """An empty database; tests that take it, or `books`, run on both."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'host.db'}"
    return request.getfixturevalue("postgres").new_schema()


@pytest.fixture
def books(db_url, tmp_path, monkeypatch):
    monkeypatch.setenv("SUANPAN_HOST_KEY", str(tmp_path / "host.key"))
    made = Books(db_url)
    yield made
    made.engine.dispose()


@pytest.fixture
def terminal():
    return Pretend()


@pytest.fixture
def keys(books):
    """The key service with the base key of `register`."""
    service = open_service()
    service.put_base(KEY_ID[:4], BASE)
    return service


@pytest.fixture
def register():
    return register_at()


@pytest.fixture
def left(books, terminal):
    """Evidence of an honest run."""
    return honest_run(books, terminal)
