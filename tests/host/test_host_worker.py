# SPDX-License-Identifier: MIT
"""What the host does when it fails itself: waits for its database, sets aside what it cannot digest."""

import sqlite3

import pytest
from broker_fixture import amqtt
from paho_terminal import Wired
from pretend import until

from suanpan.host import Host, database, ledger
from suanpan.host.ingest import Ingest


@pytest.fixture
def url(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)
    monkeypatch.setattr("suanpan.host.worker._RETRY_S", 0.05)
    return f"sqlite:///{tmp_path / 'host.db'}"


@pytest.fixture
def broker():
    with amqtt() as made:
        yield made


@pytest.fixture
def terminal(broker):
    made = Wired(broker)
    yield made
    made.close()


def start(url, broker, said):
    host = Host(url, broker, warn=said.append)
    host.start()
    assert host.wait_ready(20)
    return host


def test_a_locked_database_is_waited_for(url, broker, terminal, tmp_path):
    said = []
    host = start(url, broker, said)
    lock = sqlite3.connect(tmp_path / "host.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    terminal.publish(terminal.sale(), urgent=True)
    until(lambda: any("database" in line for line in said), "complaint")
    assert not terminal.heard
    lock.execute("ROLLBACK")
    assert terminal.answer(1)["code"] == "00"
    until(lambda: terminal.retired() == 1, "receipt")
    host.stop()
    lock.close()


def test_a_message_that_the_host_fails_on_does_not_block_the_queue(url, broker, terminal, monkeypatch):
    poison, commit = terminal.message(terminal.sale()), Ingest.commit

    def fail_on_poison(self, messages, now_s):
        if any(message.payload == poison for message in messages):
            raise RuntimeError("a bug")
        return commit(self, messages, now_s)

    monkeypatch.setattr(Ingest, "commit", fail_on_poison)
    host = start(url, broker, [])
    terminal.publish_raw(poison)
    terminal.publish(terminal.outcome(1))
    until(
        lambda: any(said.get("ranges") == [[2, 2]] for said in list(terminal.heard)),
        "receipt of the next one",
    )
    host.stop()
    (aside,) = ledger.all_quarantine(database.open_books(url))
    assert (aside["reason"], aside["terminal"]) == ("internal", terminal.name)


def test_a_subscriber_that_fails_does_not_stop_the_host(url, broker, terminal):
    host = start(url, broker, [])
    host.subscribe(lambda kind, row: 1 / 0)
    for _ in range(2):
        terminal.publish(terminal.sale(), urgent=True)
        assert terminal.answer(terminal.seq)["code"] == "00"
    until(lambda: terminal.retired() == 2, "receipts")
    host.stop()
    assert len(terminal.answers(1)) == 1
    assert not ledger.all_quarantine(database.open_books(url))
