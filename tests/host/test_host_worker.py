# SPDX-License-Identifier: MIT
"""What the host does when it fails itself: waits for its database, sets aside what it cannot digest."""

import json
import sqlite3

import pytest
from broker_fixture import amqtt
from paho_terminal import Wired
from pretend import until
from sqlalchemy.exc import IntegrityError, OperationalError

from pos.cards import dukpt_card_data
from pos.codec import records
from pos.crypto import dukpt
from pos.crypto.dukpt_register import Register
from pos.journal.devices import RamDevice
from suanpan.host import Host, alarms, database, ledger, sandbox
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


def test_a_key_service_that_is_away_is_waited_for(url, broker, terminal, tmp_path, monkeypatch):
    path, said = tmp_path / "keys", []
    monkeypatch.setenv("SUANPAN_HOST_KEY", str(path))
    path.touch(mode=0o600)
    path.write_text(json.dumps({"suanpan-bdk-12345678": bytes(16).hex()}))
    register, key_id = Register(RamDevice(2)), bytes.fromhex("1234567800000001")
    register.inject(dukpt.initial_key(bytes(16), key_id), key_id)
    host = start(url, broker, said)
    path.chmod(0o640)
    card = sandbox.cards["mag-credit"]["pan"], "", "", ""
    sealed = dukpt_card_data.seal(register.take(), terminal.name.encode(), 1, 1, b"12345", *card)
    terminal.publish(terminal.intent(records.SALE, 1234, entry="S", card=sealed), urgent=True)
    until(lambda: any("not its owner's alone" in line for line in said), "complaint")
    assert not terminal.heard
    path.chmod(0o600)
    assert terminal.answer(1)["code"] == "00"
    host.stop()


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


def test_poison_is_set_aside_as_soon_as_the_database_is_back(url, broker, terminal, monkeypatch):
    poison, put_aside, said = terminal.message(terminal.sale()), alarms.put_aside, []
    monkeypatch.setattr(Ingest, "commit", lambda *_: 1 / 0)

    def away_at_first(*words):
        if not said:
            raise OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))
        return put_aside(*words)

    monkeypatch.setattr(alarms, "put_aside", away_at_first)
    host = start(url, broker, said)
    terminal.publish_raw(poison)
    until(lambda: ledger.all_quarantine(database.open_books(url)), "quarantine")
    assert "trying again" in said[0]
    host.stop()


@pytest.mark.parametrize("conflicts", [1, 100])
def test_a_row_that_another_host_wrote_first_is_tried_again(url, broker, terminal, monkeypatch, conflicts):
    commit, left = Ingest.commit, [IntegrityError("INSERT", {}, sqlite3.IntegrityError("twice"))] * conflicts

    def lose_the_race(self, messages, now_s):
        if left:
            raise left.pop()
        return commit(self, messages, now_s)

    monkeypatch.setattr(Ingest, "commit", lose_the_race)
    host = start(url, broker, [])
    terminal.publish(terminal.sale())
    if conflicts == 1:
        until(lambda: terminal.retired() == 1, "receipt")
    else:
        until(lambda: ledger.all_quarantine(database.open_books(url)), "quarantine")
    host.stop()


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
