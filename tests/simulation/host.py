# SPDX-License-Identifier: MIT
"""The real host on SQLite in memory, without its threads: it takes a turn when something is due (FAULTS F14, F15).

Only `Uplink` is replaced; group, commit, decision, answer, receipt and acknowledgement are the host's own code.
"""

import queue
import sqlite3
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from simulation.broker import Posted
from suanpan.host import database
from suanpan.host.decisions import Decider
from suanpan.host.ingest import Ingest
from suanpan.host.script import Script
from suanpan.host.terminals import Register
from suanpan.host.uplink import Delivery
from suanpan.host.worker import Worker

_LATE_S = 12.0, 18.0  # behind the terminal's 10 s: before the next sale as a rule, or into its request
_SLOWEST_MS = 300  # from a message's arrival to the host's turn


class HostCrash(BaseException):
    """The host's process is gone."""


class _Idle(BaseException):
    """Nothing waits; the worker may rest for `wait_s` seconds (None: until something comes)."""

    def __init__(self, wait_s: float | None) -> None:
        super().__init__()
        self.wait_s = wait_s


class _Inbox:
    """Stands for the worker's queue; never blocks."""

    def __init__(self) -> None:
        self._waiting: list[Delivery] = []

    def put(self, delivery: Delivery) -> None:
        self._waiting.append(delivery)

    def get(self, timeout: float | None = None) -> Delivery:
        if not self._waiting:
            raise _Idle(timeout)
        return self._waiting.pop(0)

    def get_nowait(self) -> Delivery:
        if not self._waiting:
            raise queue.Empty
        return self._waiting.pop(0)


class _Thread:
    """Stands for the worker's thread: a turn is taken from outside."""

    def start(self) -> None:
        pass


class _Never:
    """Stands for the event that ends the worker; a wait for the database is over at once."""

    def is_set(self) -> bool:
        return False

    def wait(self, timeout: float) -> None:
        pass


Tables = dict[str, list[tuple]]  # rows by name


class Database:
    """One engine for a whole campaign; each run begins with the tables as `load` brings them."""

    def __init__(self) -> None:
        self.engine: Engine = database.open_engine("sqlite://")
        database.migrate(self.engine)
        event.listen(self.engine, "commit", self._committing)
        self.before_commit: Any = None
        driver = self.engine.raw_connection().driver_connection
        assert isinstance(driver, sqlite3.Connection)
        self._driver = driver  # the pool has but this one
        query = "SELECT name FROM sqlite_schema WHERE type = 'table'"
        self._tables = [name for (name,) in driver.execute(query)]
        self._empty = self.save()

    def _committing(self, _connection) -> None:
        if self.before_commit:
            self.before_commit()

    @property
    def in_transaction(self) -> bool:
        return self._driver.in_transaction

    @property
    def changes(self) -> int:
        """Rows written so far; grows with every change."""
        return self._driver.total_changes

    def save(self) -> Tables:
        """A copy of the tables."""
        return {name: self.rows(f"SELECT * FROM {name}") for name in self._tables}

    def load(self, copy: Tables | None = None) -> None:
        """Replace the tables' rows by a copy; by none, as they were. Prepared statements stay."""
        if self.in_transaction:
            self._driver.rollback()
        for name, rows in (copy or self._empty).items():
            self._driver.execute(f"DELETE FROM {name}")
            if rows:
                places = ", ".join("?" for _ in rows[0])
                self._driver.executemany(f"INSERT INTO {name} VALUES ({places})", rows)

    def rows(self, query: str, *values) -> list[tuple]:
        return self._driver.execute(query, values).fetchall()


class Host:
    """Between `start` and `crash` it is subscribed, unless the broker is away."""

    def __init__(self, world, books: Database) -> None:
        self._world, self.books = world, books
        self._crash_in: int | None = None  # steps: each commit, publish and acknowledgement is one
        self.failing = 0  # so many commits find the database locked
        self.running = False
        self._connected = False
        self._connection = 0
        self._unacknowledged: dict[int, Posted] = {}
        self._last_mid = 0
        self._turn: Any = None

    # --- power ---

    def start(self) -> None:
        """A new process on the old database."""
        self.books.before_commit = self._before_commit
        self.running, self._connected = True, False
        ingest = Ingest(self.books.engine, Register())
        late_s = _LATE_S[self._world.schedule.seed % len(_LATE_S)]
        decider = Decider(self.books.engine, Script(), late_s)
        worker: Any = Worker(self.books.engine, ingest, decider, self._complain, self._report)
        self._inbox = worker._inbox = _Inbox()
        worker._stopping, worker._thread = _Never(), _Thread()
        worker.start(self)
        self._worker = worker
        self._world.note("host", "starts")
        self._world.checks.on_host_start()
        self._reconnect()

    def crash(self) -> None:
        """kill -9."""
        self._world.note("host", "is killed")
        self.running = False
        self.disconnected()

    def crash_in(self, steps: int | None) -> None:
        self._crash_in = steps

    def disconnected(self) -> None:
        """The broker is gone, or this process: what is not acknowledged will come again."""
        if self._connected:
            self._connected = False
            self._world.broker.give_back(list(self._unacknowledged.values()))
        self._unacknowledged.clear()
        if self.running:
            self._world.later(1000, self._reconnect)

    def _reconnect(self) -> None:
        if self._connected or not self.running:
            return
        if not self._world.broker.up:
            self._world.later(1000, self._reconnect)
            return
        self._connected = True
        self._connection += 1
        self._worker._connection = self._connection
        self.serve()

    @property
    def at_rest(self) -> bool:
        """Nothing waits for it."""
        return self._connected and self._turn is None and not self._world.broker.queue

    # --- turns ---

    def serve(self) -> None:
        """Something may wait: take a turn soon."""
        if self.running and self._connected and self._turn is None:
            self._turn = self._world.later(self._world.random.randint(1, _SLOWEST_MS), self._take_turn)

    def _take_turn(self) -> None:
        self._turn = None
        if not self.running:
            return
        while self._connected and (posted := self._world.broker.take()):
            self._last_mid += 1
            self._unacknowledged[self._last_mid] = posted
            self._inbox.put(Delivery(posted.topic, posted.payload, self._last_mid, self._connection))
        self._run_worker()

    def _run_worker(self) -> None:
        try:
            self._worker._run()
        except _Idle as idle:
            if idle.wait_s is not None:
                self._world.later(int(idle.wait_s * 1000) + 1, self._take_turn)
        except HostCrash:
            self.crash()
            self._world.later(self._world.random.randint(500, 8000), self._start_again)

    def _start_again(self) -> None:
        if not self.running:
            self.start()

    def _before_commit(self) -> None:
        if self.failing:
            self.failing -= 1
            raise OperationalError("COMMIT", {}, Exception("database is locked"))
        self._world.checks.on_commit()
        self._step("before its commit")

    def _step(self, where: str) -> None:
        if self._crash_in is None:
            return
        self._crash_in -= 1
        if self._crash_in <= 0:
            self._crash_in = None
            self._world.note("host", f"dies {where}")
            raise HostCrash

    # --- what the worker sees as its uplink ---

    def publish(self, topic: str, payload: bytes) -> None:
        self._step("after its commit, before it speaks")
        self._world.checks.on_host_speaks(self.books.in_transaction)
        if self._connected:
            self._world.broker.tell(topic, payload)

    def acknowledge(self, delivery: Delivery) -> None:
        self._step("before it acknowledges")
        self._world.checks.on_host_speaks(self.books.in_transaction)
        if delivery.connection == self._connection:
            self._unacknowledged.pop(delivery.mid, None)

    def _complain(self, text: str) -> None:
        self._world.note("host", text)

    def _report(self, kind: str, row: dict) -> None:
        if kind == "alarm":
            self._world.note("host", f"alarm {row['code']} {row['terminal']} {row['detail']}")
        elif kind == "transaction":
            self._world.note("host", f"books {row['kind']} {row['seq']} {row['state']} {row['amount']}")
