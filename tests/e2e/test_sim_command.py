# SPDX-License-Identifier: MIT
"""`suanpan sim` as a person calls it: exit codes, messages, no process left behind (DESIGN section 5)."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from broker_fixture import mosquitto
from brokers import Authority, free_port
from runtimes import needed

SUANPAN = [sys.executable, "-c", "from suanpan.cli import main; main()"]
SALE = '- keys: "1 2 3 4 ENTER"\n- swipe: {card: mag-credit}\n'


def suanpan(*arguments, **rest):
    return subprocess.run([*SUANPAN, *arguments], capture_output=True, text=True, timeout=100, **rest)


def sim_run(tmp_path, steps, *arguments):
    path = tmp_path / "case.yaml"
    path.write_text(steps, encoding="utf-8")
    return suanpan("sim", "run", str(path), "--runtime", "cpython", *arguments)


def test_a_scenario_that_holds_exits_0_with_its_summary(tmp_path):
    ended = sim_run(tmp_path, SALE + "- expect: {screen: APPROVED}\n- wait: {synced: true}\n", "--json")
    assert ended.returncode == 0, ended.stderr
    summary = json.loads(ended.stdout)
    assert summary["outcome"] == "ok"
    assert summary["failed_step"] is None
    assert [row["amount"] for row in summary["host"]["transactions"]] == [1234]


def test_an_expectation_that_fails_exits_1_with_the_step_and_the_screen(tmp_path):
    ended = sim_run(tmp_path, "- keys: '5'\n- expect: {screen: NEVER, within_ms: 300}\n")
    assert ended.returncode == 1
    assert "case.yaml:2: failed: expected screen 'NEVER'" in ended.stderr
    assert "0.05" in ended.stderr


def test_a_scenario_that_takes_too_long_exits_42(tmp_path):
    ended = sim_run(tmp_path, "- expect: {screen: NEVER}\n", "--timeout", "4")
    assert ended.returncode == 42
    assert "timeout" in ended.stderr


def test_hardware_that_is_not_there_fails_and_never_passes(tmp_path):
    ended = sim_run(tmp_path, "- battery: {percent: 7}\n")
    assert ended.returncode == 1
    assert "this build has no" in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_ended_from_outside_exits_130_and_leaves_nothing(tmp_path, number):
    path, spare = tmp_path / "case.yaml", tmp_path / "spare"
    path.write_text("- keys: '5'\n- wait: {ms: 60000}\n", encoding="utf-8")
    spare.mkdir()
    running = subprocess.Popen(
        [*SUANPAN, "sim", "run", str(path), "--runtime", "cpython"],
        env={**os.environ, "TMPDIR": str(spare)},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background job ignores it
    )
    while "keys 5" not in running.stderr.readline():
        assert running.poll() is None
    left = children(running.pid)
    running.send_signal(number)
    said = running.communicate(timeout=30)[1]
    assert (running.returncode, "Traceback" in said) == (130, False), said
    assert left and not any(alive(pid) for pid in left)
    assert not list(spare.iterdir())


def test_a_wrong_file_exits_2_with_its_line(tmp_path):
    ended = sim_run(tmp_path, "- kyes: '1'\n")
    assert ended.returncode == 2
    assert "case.yaml:1: unknown step 'kyes'; did you mean 'keys'?" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("broker", "config", "complaint"),
    [
        ("http://127.0.0.1", "{}", "is no broker"),
        ("mqtts://127.0.0.1", "{language: en}", "no CA to prove"),
        ("mqtts://127.0.0.1", "{tls_ca: /nowhere/ca.pem}", "/nowhere/ca.pem is no file"),
    ],
)
def test_a_broker_that_cannot_be_used_is_told_at_once(tmp_path, broker, config, complaint):
    steps = f"config: {config}\nsteps:\n{SALE}".replace("config: {}\n", "")
    ended = sim_run(tmp_path, steps, "--broker", broker)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert complaint in ended.stderr and "Next: " in ended.stderr
    assert "✓" not in ended.stderr and "Traceback" not in ended.stderr


@pytest.mark.needs("mosquitto")
def test_terminal_and_host_prove_an_mqtts_broker_with_the_ca_of_the_configuration(tmp_path):
    authority, port = Authority(tmp_path, "ca"), free_port()
    papers = authority.issue("server", ("localhost",))
    lines = f"listener {port} 127.0.0.1\nallow_anonymous true\n"
    files = f"certfile {papers['cert']}\nkeyfile {papers['key']}\n"
    given = f"host: {{run: true}}\nconfig: {{tls_ca: {authority.path}}}\nsteps:\n"
    with mosquitto(tmp_path, lines + files):
        steps = given + SALE + "- expect: {screen: APPROVED}\n- wait: {synced: true}\n"
        ended = sim_run(tmp_path, steps, "--json", "--quiet", "--broker", f"mqtts://localhost:{port}")
    assert ended.returncode == 0, ended.stderr
    host = json.loads(ended.stdout)["host"]
    assert host["run"] and [row["amount"] for row in host["transactions"]] == [1234]


def test_without_a_host_of_its_own_the_summary_says_so(tmp_path):
    steps = "host: {run: false}\nsteps:\n- host: {next: decline}\n"
    ended = sim_run(tmp_path, steps, "--json", "--quiet")
    summary = json.loads(ended.stdout)
    assert summary["host"] == {"run": False, "transactions": []}
    assert ended.returncode == 1 and "no host runs here" in summary["failed_step"]["reason"]
    assert "no host runs here" in ended.stderr and "✗" not in ended.stderr


CODE = "134567890123456789"
BY_CODE = f"""
- keys: "1 2 3 4 ENTER"
- scan: {{code: "{CODE}"}}
- expect: {{screen: APPROVED}}
- wait: {{synced: true}}
"""


def test_a_payment_code_stands_in_clear_in_no_artefact(tmp_path):
    """FAULTS S9, with the ways that a code could be written."""
    ended = sim_run(tmp_path, BY_CODE, "--json", "--out", str(tmp_path / "out"))
    assert json.loads(ended.stdout)["outcome"] == "ok", ended.stderr
    assert f"code: {'*' * 14}6789" in ended.stderr
    forms = [CODE.encode(), CODE.encode().hex().encode(), bytes.fromhex(CODE), CODE.encode("utf-16-le")]
    written = {file.name: file.read_bytes() for file in (tmp_path / "out").rglob("*") if file.is_file()}
    written |= {"stdout": ended.stdout.encode(), "stderr": ended.stderr.encode()}
    assert {"events.jsonl", "mqtt.bin", "flash.img"} <= set(written)
    assert [name for name, data in written.items() if any(form in data for form in forms)] == []


def test_an_alarm_stands_once_in_the_summary(tmp_path):
    steps = f"{SALE}- expect: {{alarm: 'printer', receipts: 0}}\n- wait: {{synced: true}}\n"
    ended = sim_run(tmp_path, "- printer: {paper: out}\n" + steps, "--json", "--quiet")
    (alarm,) = json.loads(ended.stdout)["alarms"]
    assert (alarm["source"], alarm["code"], alarm["name"]) == ("terminal", "501", "printer")
    assert alarm.keys() == {"source", "code", "name", "text", "remedy", "detail"}
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_profile_goes_on_where_it_ended(tmp_path):
    profile = tmp_path / "terminal"
    steps = SALE + "- expect: {screen: APPROVED}\n- wait: {synced: true}\n"
    for sales in (1, 2):
        steps = steps.replace("1 2 3 4", f"{sales} 2 3 4")
        ended = sim_run(tmp_path, steps, "--json", "--profile", str(profile))
        assert ended.returncode == 0, ended.stderr
        assert len(json.loads(ended.stdout)["host"]["transactions"]) == sales


def test_books_that_were_altered_fail_the_run_although_every_expectation_holds(tmp_path):
    profile = tmp_path / "terminal"
    sim_run(
        tmp_path, SALE + "- expect: {screen: APPROVED}\n- wait: {synced: true}\n", "--profile", str(profile)
    )
    with sqlite3.connect(profile / "host.db") as database:
        database.execute("UPDATE transactions SET amount = 1235")
    database.close()
    ended = sim_run(tmp_path, "- wait: {synced: true}\n", "--json", "--profile", str(profile))
    assert ended.returncode == 1
    summary = json.loads(ended.stdout)
    assert (summary["outcome"], summary["failed_step"]) == ("failed", None)
    assert [one["number"] for one in summary["invariants"] if not one["holds"]] == [3, 5]
    assert "invariant 3, exactly one effect: epoch " in ended.stderr
    assert "amount is 1234 in the journal and 1235 with the host" in ended.stderr


def test_cards_are_listed_with_what_they_do():
    assert {"mag-credit", "chip-credit", "tap-debit"} <= set(suanpan("sim", "cards").stdout.split())
    listed = json.loads(suanpan("sim", "cards", "--json").stdout)
    assert {"name", "track2", "description"} <= listed["cards"][0].keys()
    assert {card["kind"] for card in listed["cards"]} == {"stripe", "chip", "contactless"}


def serve(tmp_path, port):
    return subprocess.Popen(
        [*SUANPAN, "sim", "serve", "--port", str(port), "--runtime", "cpython"],
        env={**os.environ, "XDG_DATA_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def children(pid):
    """From proc(5): a minimal system has no ps."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(word) for task in tasks for word in task.read_text().split()]


def alive(pid):
    return os.path.exists(f"/proc/{pid}") and "State:\tZ" not in open(f"/proc/{pid}/status").read()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_panel_is_served_and_ends_cleanly_twice_in_a_row(tmp_path, number):
    for _ in range(2):
        port = free_port()
        server = serve(tmp_path, port)
        assert server.stdout.readline().strip() == f"http://127.0.0.1:{port}/"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as page:
            assert "SIMULATOR" in page.read().decode()
        left = children(server.pid)
        assert left, "no terminal process"
        server.send_signal(number)
        assert server.wait(15) == 0, server.stderr.read()
        deadline = time.monotonic() + 5
        while any(alive(pid) for pid in left) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(alive(pid) for pid in left)


def test_a_taken_port_says_so_and_what_to_do(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = serve(tmp_path, port)
        _out, said = server.communicate(timeout=30)
    assert server.returncode == 4
    assert f"port {port}" in said
    assert f"make run PORT={port + 1}" in said
    assert not (tmp_path / "suanpan").exists(), "something was started before the port was looked at"


@pytest.mark.parametrize("heap", ["72k", "76k", "82k"])
def test_a_heap_that_is_too_small_ends_in_a_stop_that_says_so(heap, tmp_path):
    path = tmp_path / "case.yaml"
    path.write_text(
        "- expect: {screen: 'Safe stop', within_ms: 20000}\n- expect: {screen: memory}\n", encoding="utf-8"
    )
    needed("micropython32")
    ended = suanpan("sim", "run", str(path), "--runtime", "micropython32", "--heap", heap)
    assert ended.returncode == 0, ended.stderr
