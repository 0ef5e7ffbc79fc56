# SPDX-License-Identifier: MIT
"""Host ingest, durable, exactly once: records a second from verified message to committed, receipted record.

The whole way of `suanpan host serve` but for the broker: MAC, decode, de-duplicate, fold, commit, seal receipts.
Batches are as terminals make them. The peer is the same host with one record in a message and one message in a commit.
"""

import sys
import tempfile
import time
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from figures import Figure, ratio

sys.path.append(str(Path(__file__).parent.parent))
sys.path.append(str(Path(__file__).parent.parent / "host"))

TERMINALS, RECORDS = 40, 36_000
ALONE = 600  # records of the peer: it is slow
GROUP = 256  # messages in a commit, as the host's worker takes them
REACH = "≥ 20 000 records/s"


def figures() -> list[Figure]:
    import system_packages

    databases = {"SQLite": sqlite}
    if system_packages.find("postgresql"):
        databases["PostgreSQL"] = postgresql
    found = [figure for name, database in databases.items() for figure in measured(name, database)]
    if len(databases) == 1:
        found.append(
            Figure("host ingest, PostgreSQL", "records/s", None, None, None, REACH, "–", "not installed")
        )
    return found


@contextmanager
def sqlite():
    """Makes URLs of empty databases."""
    with tempfile.TemporaryDirectory() as folder:
        yield lambda: f"sqlite:///{tempfile.mkdtemp(dir=folder)}/host.db"


@contextmanager
def postgresql():
    from postgres import Server

    with Server() as server:
        yield server.new_database


def measured(name: str, database) -> list[Figure]:
    with database() as new_url:
        peer, _ = rate(new_url(), hosts=1, records=ALONE, alone=True)
        found = []
        for hosts in (1, 2):
            ours, cpu_us = rate(new_url(), hosts, RECORDS)
            title = f"host ingest, {name}, {hosts} host{'s' * (hosts > 1)}"
            note = f"peer: one commit per record; {cpu_us:.0f} us of the hosts' CPU time for a record"
            found.append(Figure(title, "records/s", ours, peer, ratio(ours, peer), REACH, "–", note))
        return found


def rate(url: str, hosts: int, records: int, alone: bool = False) -> tuple[float, float]:
    """Records a second of all hosts together, and their CPU time for one in us; all must be in the books, once."""
    from suanpan.host import database, ledger

    engine = database.open_books(url, create=True)
    context = get_context("spawn")
    gate = context.Barrier(hosts)
    results = context.Queue()
    words = [(url, part, hosts, records, alone, gate, results) for part in range(hosts)]
    processes = [context.Process(target=serve, args=word) for word in words]
    for process in processes:
        process.start()
    spans = [results.get(timeout=600) for _ in processes]
    for process in processes:
        process.join()
    sales = [row["state"] for row in ledger.all_transactions(engine)]
    engine.dispose()
    starts, ends, cpu_s, counts = zip(*spans, strict=True)
    assert sales == ["approved"] * (sum(counts) // 3), "the books are not what was sent"
    return sum(counts) / (max(ends) - min(starts)), sum(cpu_s) * 1e6 / sum(counts)


def serve(url: str, part: int, hosts: int, records: int, alone: bool, gate, results) -> None:
    """One host's process: settles what its terminals have to send; tells (start, end, CPU seconds, records)."""
    from pretend import Pretend

    from suanpan.host import database
    from suanpan.host.decisions import Decider
    from suanpan.host.exchange import Exchange
    from suanpan.host.ingest import Ingest
    from suanpan.host.script import Script
    from suanpan.host.terminals import Register

    names = [f"SIM{number:05}" for number in range(TERMINALS) if number % hosts == part]
    queues = [day(Pretend(name), records // TERMINALS, alone) for name in names]
    groups = [one for turn in zip(*queues, strict=True) for one in turn]
    size = 1 if alone else GROUP
    engine, wire = database.open_engine(url), Wire()
    exchange = Exchange(
        Ingest(engine, Register()), Decider(engine, Script(), 35), wire, lambda kind, row: None
    )
    exchange.settle(groups[:1])
    gate.wait()
    start, cpu_s = time.time(), time.process_time()
    for first in range(0, len(groups), size):
        exchange.settle(groups[first : first + size])
    results.put((start, time.time(), time.process_time() - cpu_s, sum(wire.receipted.values())))
    engine.dispose()


class Wire:
    """In place of the broker: counts what may be retired."""

    def __init__(self) -> None:
        self.receipted: dict[str, int] = {}

    def publish(self, topic: str, payload: bytes) -> None:
        from pos.codec import cose, messages

        message = messages.parse_down(cose.mac0_parts(payload)[2])
        assert message["type"] == messages.RECEIPT
        self.receipted[topic] = max(self.receipted.get(topic, 0), message["cumulative"])

    def acknowledge(self, delivery) -> None:
        """A broker would forget it now."""


def day(terminal, records: int, alone: bool) -> list:
    """Messages with sales, outcomes and slips, filled as the terminal's outbox fills them."""
    from pos.codec.records import PRINT
    from pos.net.outbox import BATCH_BYTES
    from suanpan.host.uplink import Delivery

    bodies = []
    while len(bodies) < records:
        bodies += [terminal.sale(), terminal.outcome(terminal.seq)]
        bodies.append(terminal.record(PRINT, of_epoch=1, of_seq=terminal.seq - 1))
    limit = 1 if alone else BATCH_BYTES
    batches: list[list[bytes]] = [[]]
    for body in bodies:
        if batches[-1] and sum(map(len, batches[-1])) + len(body) > limit:
            batches.append([])
        batches[-1].append(body)
    return [Delivery(terminal.up, terminal.message(*batch), 0, 1) for batch in batches]
