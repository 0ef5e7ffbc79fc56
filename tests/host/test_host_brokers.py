# SPDX-License-Identifier: MIT
"""The host over MQTT, the same with the embedded broker and with a real mosquitto."""

import re
import socket
from urllib.parse import urlsplit

import pytest
from broker_fixture import amqtt, mosquitto, nats
from brokers import Authority, free_port
from paho_terminal import Wired
from pretend import until

from pos.codec import messages
from suanpan.host import Host
from suanpan.host.broker import EmbeddedBroker
from suanpan.host.tls import Tls

BROKERS = ["amqtt", pytest.param("mosquitto", marks=pytest.mark.needs("mosquitto"))]


@pytest.fixture(params=BROKERS)
def broker(request, tmp_path):
    with amqtt() if request.param == "amqtt" else mosquitto(tmp_path) as url:
        yield url


@pytest.fixture
def host(broker, tmp_path):
    made = Host(f"sqlite:///{tmp_path / 'host.db'}", broker, late_s=1.0)
    made.start()
    assert made.wait_ready(20)
    yield made
    made.stop()


@pytest.fixture
def terminal(broker):
    made = Wired(broker)
    yield made
    made.close()


def test_a_sale_is_answered_receipted_and_shown(host, terminal):
    told = []
    host.subscribe(lambda kind, row: told.append((kind, row)))
    terminal.publish(terminal.sale(), urgent=True)
    answer = terminal.answer(1)
    assert (answer["code"], answer["amount"]) == ("00", 1234) and len(answer["reference"]) == 12
    until(lambda: terminal.retired() == 1, "receipt of the sale")
    terminal.publish(terminal.outcome(1))
    until(lambda: terminal.retired() == 2, "receipt of the outcome")
    assert [row["state"] for row in host.transactions()] == ["approved"]
    until(lambda: len(told) == 3, "what subscribers are told")
    assert [(kind, row.get("state")) for kind, row in told] == [
        ("terminal", "active"), ("transaction", "pending"), ("transaction", "approved")
    ]  # fmt: skip


@pytest.mark.fault("F20")
def test_a_late_answer_comes_late_and_a_silent_one_never(host, terminal):
    silent, late = terminal.sale(card="mag-silent"), terminal.sale(card="mag-late")
    terminal.publish(silent, late, urgent=True)
    assert terminal.answer(2)["code"] == "00"
    until(lambda: terminal.retired() == 2, "receipt of both")
    first_receipt = next(i for i, said in enumerate(terminal.heard) if said["type"] == messages.RECEIPT)
    assert terminal.heard.index(terminal.answer(2)) > first_receipt and not terminal.answers(1)


def test_a_scripted_decision(host, terminal):
    host.next_decision("decline", "51")
    terminal.publish(terminal.sale(), urgent=True)
    assert terminal.answer(1)["code"] == "51"


@pytest.mark.fault("F19")
def test_bad_messages_do_not_stop_the_queue(host, terminal):
    alarms = []
    host.subscribe(lambda kind, row: alarms.append(row["code"]) if kind == "alarm" else None)
    for bad in (b"", b"\xff", b"\x81" * 3000, bytes(1 << 20), terminal.message(terminal.sale())[:-1] + b"?"):
        terminal.publish_raw(bad)
    terminal.publish(terminal.alarm())
    until(lambda: any(said.get("ranges") for said in terminal.heard), "receipt of the good one")
    until(lambda: len(alarms) == 6, "alarms")
    assert sorted(alarms) == ["301", "malformed", "malformed", "malformed", "malformed", "wrong-mac"]


def test_what_came_while_the_host_was_away_is_taken(broker, tmp_path, terminal):
    """The broker keeps the host's session; the terminal's records would come again anyway."""
    url = f"sqlite:///{tmp_path / 'host.db'}"
    first = Host(url, broker)
    first.start()
    assert first.wait_ready(20)
    first.stop()
    terminal.publish(terminal.sale(), terminal.outcome(1))
    second = Host(url, broker)
    second.start()
    until(lambda: terminal.retired() == 2, "receipt from the second host")
    assert [row["state"] for row in second.transactions()] == ["approved"]
    second.stop()


def test_a_suspended_terminal_is_refused(host, terminal, broker, tmp_path):
    from suanpan.host import database, terminals

    terminal.publish(terminal.sale())
    until(lambda: terminal.retired() == 1, "receipt while active")
    with database.writing(database.open_books(f"sqlite:///{tmp_path / 'host.db'}")) as connection:
        terminals.set_state(connection, terminal.name, terminals.SUSPENDED)
    terminal.publish(terminal.outcome(1))
    until(lambda: any(said["type"] == messages.REFUSAL for said in list(terminal.heard)), "refusal")
    assert terminal.retired() == 1


def publish_no_text(url):
    """A PUBLISH whose topic is no UTF-8, acknowledged by the broker: no client library would send it."""
    with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=20) as broker:
        broker.sendall(b"\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04evil")
        assert broker.recv(4) == b"\x20\x02\x00\x00"
        broker.sendall(b"\x32\x15\x00\x10suanpan/1/0/\xff/up\x00\x01x")
        assert broker.recv(4) == b"\x40\x02\x00\x01"


@pytest.mark.fault("F19")
@pytest.mark.needs("nats-server")
def test_a_topic_that_is_no_text_does_not_make_the_host_deaf(tmp_path):
    """nats-server lets it through, and would bring it again after each start of the host."""
    with nats(tmp_path) as url:
        host = Host(f"sqlite:///{tmp_path / 'host.db'}", url)
        host.start()
        assert host.wait_ready(20)
        told = []
        host.subscribe(lambda _kind, row: told.append(row.get("code")))
        publish_no_text(url)
        terminal = Wired(url)
        terminal.publish(terminal.sale(), urgent=True)
        assert terminal.answer(1)["code"] == "00"
        assert "wrong-topic" in told
        terminal.close()
        host.stop()


def test_an_embedded_broker_says_when_its_port_is_taken():
    import asyncio

    from suanpan.errors import PORT, Failure

    async def twice():
        first = EmbeddedBroker()
        port = await first.start()
        try:
            with pytest.raises(Failure, match="already taken") as failure:
                await EmbeddedBroker(port).start()
            assert failure.value.exit_code == PORT and failure.value.next_step
        finally:
            await first.stop()

    asyncio.run(twice())


def test_a_broker_that_is_down_is_reported_once_and_found_later(tmp_path, monkeypatch):
    monkeypatch.setattr("suanpan.host.uplink._BACK_OFF_S", (0.05, 0.1))
    said, port = [], free_port()
    host = Host(f"sqlite:///{tmp_path / 'host.db'}", f"mqtt://127.0.0.1:{port}", warn=said.append)
    host.start()
    until(lambda: said, "complaint")
    assert "does not answer" in said[0] and "trying again" in said[0]
    with amqtt(port) as url:
        assert host.wait_ready(20)
        terminal = Wired(url)
        terminal.publish(terminal.sale(), urgent=True)
        assert terminal.answer(1)["code"] == "00"
        terminal.close()
        host.stop()
    assert sum("does not answer" in line for line in said) == 1


@pytest.mark.needs("mosquitto")
def test_mutual_tls(tmp_path):
    """The host shows its own certificate, and speaks to no broker that its CA did not sign."""
    ours, theirs = Authority(tmp_path, "ours"), Authority(tmp_path, "theirs")
    server, papers, port = ours.issue("server", ("localhost",)), ours.issue("host"), free_port()
    files = f"cafile {ours.path}\ncertfile {server['cert']}\nkeyfile {server['key']}\n"
    lines = f"listener {port} 127.0.0.1\nallow_anonymous true\nrequire_certificate true\n{files}"
    db, url = f"sqlite:///{tmp_path / 'host.db'}", f"mqtts://localhost:{port}"
    with mosquitto(tmp_path, lines) as plain:
        host, terminal = Host(db, url, tls=Tls(ours.path, **papers)), Wired(plain)
        host.start()
        assert host.wait_ready(20)
        terminal.publish(terminal.sale(), urgent=True)
        assert terminal.answer(1)["code"] == "00"
        for tls, complaint in (
            (None, "not trusted.*--ca"),
            (Tls(theirs.path, **papers), "not trusted.*--ca"),
            (Tls(ours.path), "certificates do not fit|gone"),
            (Tls(ours.path, **theirs.issue("liar")), "certificates do not fit|gone"),
        ):
            said = []
            refused = Host(db, url, tls=tls, warn=said.append)
            refused.start()
            until(lambda said=said: said, "complaint")
            refused.stop()
            assert re.search(complaint, said[0]), said
        host.stop()
        terminal.close()
