# SPDX-License-Identifier: MIT
"""`suanpan host serve` as a process: killed in a stream, nothing is lost and nothing doubled (F15)."""

import os
import signal
import subprocess
import sys
import threading

import pytest
from broker_fixture import amqtt, mosquitto
from paho_terminal import Wired
from pretend import until

from suanpan.host import database, ledger

RECORDS, KILLS = 400, 4
SERVE = "import sys; from suanpan.cli import main; sys.argv[0] = 'suanpan'; main()"


class Serving:
    """One process of `suanpan host serve`."""

    def __init__(self, db, broker):
        words = [sys.executable, "-c", SERVE, "host", "serve", "--db", db, "--broker", broker]
        self.process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
        self.said = []
        self._reader = threading.Thread(target=lambda: self.said.extend(self.process.stderr), daemon=True)
        self._reader.start()
        until(lambda: self.process.poll() is not None or self._connected(), "host is connected", 60)

    def _connected(self):
        return any("connected" in line for line in self.said)

    def end(self, number):
        self.process.send_signal(number)
        status = self.process.wait(30)
        self._reader.join(10)
        self.process.stderr.close()
        return status


@pytest.fixture(params=["amqtt", pytest.param("mosquitto", marks=pytest.mark.needs("mosquitto"))])
def broker(request, tmp_path):
    with amqtt() if request.param == "amqtt" else mosquitto(tmp_path) as url:
        yield url


@pytest.mark.fault("F15")
def test_killed_in_a_stream(broker, tmp_path):
    db = f"sqlite:///{tmp_path / 'host.db'}"
    terminal = Wired(broker)
    bodies = [
        body for n in range(RECORDS // 2) for body in (terminal.sale(n + 1), terminal.outcome(2 * n + 1))
    ]
    host = Serving(db, broker)
    for kill in range(1, KILLS + 1):
        target = RECORDS * kill // (KILLS + 1)
        send(terminal, bodies, until_retired=target)
        for first in range(terminal.retired(), RECORDS, 10):  # in flight while the host dies
            terminal.publish(*bodies[first : first + 10])
        host.end(signal.SIGKILL)
        host = Serving(db, broker)
    send(terminal, bodies, until_retired=RECORDS)
    terminal.close()
    assert host.end(signal.SIGINT) == 0
    rows = ledger.all_transactions(database.open_books(db))
    assert sorted(row["amount"] for row in rows) == list(range(1, RECORDS // 2 + 1))
    assert {row["state"] for row in rows} == {"approved"}


def send(terminal, bodies, until_retired):
    """As a terminal does: what has no receipt is sent again, until enough is retired."""
    while (done := terminal.retired()) < until_retired:
        terminal.publish(*bodies[done : done + 20])
        try:
            until(lambda before=done: terminal.retired() > before, "receipt", 2)
        except AssertionError:
            continue  # lost with the host: send it again


def test_ctrl_c_ends_cleanly(broker, tmp_path):
    host = Serving(f"sqlite:///{tmp_path / 'host.db'}", broker)
    assert host.end(signal.SIGINT) == 0
    assert any("ended" in line for line in host.said) and not any("Traceback" in line for line in host.said)


def test_help_does_not_need_a_database(tmp_path):
    env = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    words = [sys.executable, "-c", SERVE, "host", "--help"]
    shown = subprocess.run(words, env=env, capture_output=True, text=True, check=True).stdout
    assert "reconcile" in shown and not list(tmp_path.iterdir())
