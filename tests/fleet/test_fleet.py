# SPDX-License-Identifier: MIT
"""Fifty terminals, real brokers and hosts, killed at random; then the accounts agree (FAULTS F9, F12, F14, F15)."""

import copy
import os
import re
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from pretend import until

from fleet import accounts, seeded, telling, unsynced
from fleet.plan import KILLS, WEATHER, Size, drawn
from fleet.stage import Order
from fleet.tills import Till
from pos.codec import records
from pos.journal.devices import FileDevice
from pos.journal.journal import Journal
from suanpan.host import cursors, database, terminals
from suanpan.places import ROOT

LONG = "SUANPAN_LONG" in os.environ
SECONDS, PAUSE_MS = (240, 2000) if LONG else (8, 500)
SEEDS = (1, 2) if LONG else (34,)  # 34: a plan in which everything strikes within seconds
SIZE = Size(terminals=50, brokers=3, hosts=2, lines=6)
PARENT = """
import sys, time
from pathlib import Path
from fleet.children import Child
child = Child("child", [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(600)"],
              None, Path(sys.argv[1]))
child.start()
time.sleep(600)
"""


@pytest.mark.fault("F9", "F12", "F14", "F15")
@pytest.mark.timeout(SECONDS + 500)
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "broker",
    [
        pytest.param("mosquitto", marks=pytest.mark.needs("mosquitto")),
        pytest.param("nats", marks=pytest.mark.needs("nats-server", "postgresql")),
    ],
)
async def test_whoever_is_killed_the_accounts_agree_to_the_fen(broker, seed, tmp_path, record_property):
    played = await telling.outcome(
        Order(seed, broker, SECONDS, pause_ms=PAUSE_MS, hasty=not LONG), tmp_path, print
    )
    record_property("fleet", played.text)
    print(played.text)
    assert not played.complaints, "\n".join([*played.complaints, f"what it left is in {tmp_path}"])
    assert all(played.run.struck[kind] for kind in KILLS), "nobody was killed"
    assert any(played.host.decided.values()), "no request reached a host"
    assert what_is_wrong_is_named(played) == []


def what_is_wrong_is_named(played):
    """Each way of cooking the host's books that the accounts let pass."""
    till = next(till for till in played.run.stage.tills if sold(till, played.host))
    return [cook.__name__ for cook in (loses, doubles, changes, invents) if passes(cook, till, played.host)]


def sold(till, host):
    told = {line["seq"] for line in till.lines("notebook.jsonl") if line.get("said") == "APPROVED"}
    return [row for row in host.transactions[till.terminal] if row["seq"] in told]


def passes(cook, till, host):
    cooked = copy.deepcopy(host)
    cook(cooked, till.terminal, sold(till, cooked)[0])
    return not any(text.startswith(till.terminal) for text in accounts.complaints([till], cooked))


def loses(host, terminal, row):
    host.transactions[terminal].remove(row)


def doubles(host, terminal, row):
    host.transactions[terminal].append({**row, "seq": row["seq"] + 1_000_000})


def changes(host, terminal, row):
    row["amount"] += 1


def invents(host, terminal, row):
    host.sums[terminal]["sale", "approved", "amount"] += 1


@pytest.mark.parametrize("bug", seeded.bugs(), ids=lambda bug: bug.name)
def test_the_text_that_a_seeded_bug_replaces_is_there_once(bug):
    assert (ROOT / bug.file).read_text(encoding="utf-8").count(bug.old) == 1


@pytest.mark.long
@pytest.mark.needs("mosquitto")
@pytest.mark.timeout(seeded.LIMIT_S + 60)
@pytest.mark.parametrize("bug", seeded.bugs(), ids=lambda bug: bug.name)
def test_a_seeded_bug_is_found(bug, record_property):
    complaint = seeded.found(bug)
    record_property("fleet", f"{bug.name}: {complaint}")
    assert complaint, f"nothing found although {bug.breaks}"


def test_a_seed_is_a_plan_and_every_kind_strikes():
    assert drawn(7, SIZE, 60) == drawn(7, SIZE, 60) != drawn(8, SIZE, 60)
    strokes = drawn(7, SIZE, 300)
    assert {stroke.kind for stroke in strokes} == {*KILLS, *WEATHER}
    assert {stroke.whom for stroke in strokes if stroke.kind == "terminal"} == set(range(50))


def test_a_terminal_that_is_not_synced_tells_its_queue_and_what_the_host_has_of_it(tmp_path):
    till = Till(1, tmp_path / "till", 1, 500, "cpython", {})
    till.said.write_text('{"event": "closing", "pending": 2}\n')
    with closing(FileDevice(str(till.folder / "flash.img"))) as device:
        journal = Journal(device)
        journal.recover()
        for schema, values in (
            (records.BOOT, {}),
            (records.SALE, {}),
            (records.OUTCOME, {"of_epoch": 1, "of_seq": 2}),
        ):
            journal.append(schema, schema.values(**values))
        journal.retire(1)
    books = database.open_books(f"sqlite:///{tmp_path / 'host.db'}", create=True)
    with database.writing(books) as connection:
        terminals.enrol(connection, till.terminal, int(time.time()))
        terminals.hear(connection, {till.terminal}, int(time.time()))
        known = cursors.load(connection, {till.terminal})
        known[till.terminal, 1].sequence.add(3, 0)
        cursors.save(connection, known)
    told = unsynced.told(till, books)
    books.dispose()
    assert told.startswith('SIM00001 on cpython: {"event": "closing", "pending": 2}\n')
    assert "epoch 1, receipts up to 1, pending: 2 sale, 3 outcome of 1/2\n" in told
    assert re.search(
        r"the host heard it \d s ago\n  cursors: epoch 1, highest 3, .*\n  gaps: .*first 1, last 2", told
    )


def test_nobody_outlives_the_run(tmp_path):
    """Not even when it is killed itself: what it started ends with it."""
    said = tmp_path / "said"
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(said)], env={"PYTHONPATH": path()})
    try:
        number = until(lambda: number_in(said), "the child says its number")
    finally:
        parent.kill()
        parent.wait()
    until(lambda: not alive(number), "the child ends")


def number_in(said):
    words = said.read_text().split() if said.exists() else []
    return int(words[-1]) if words and words[-1].isdigit() else None


def path():
    return os.pathsep.join(filter(None, sys.path))


def alive(number):
    """A process without a parent to bury it counts as dead."""
    state = Path(f"/proc/{number}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"
