# SPDX-License-Identifier: MIT
"""Everything that a run starts and ends: brokers, the network before them, hosts, terminals."""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from fleet import brokers, tills
from fleet.children import Child
from pos.domain.transaction import APPROVED
from suanpan.host.broker import LOOPBACK
from suanpan.simulator.network import FaultyProxy

SERVE = "import sys; from suanpan.cli import main; sys.argv[0] = 'suanpan'; main()"
HOSTS = {"mosquitto": 1, "nats": 2}
LINES = 5  # between terminals and brokers; the hosts have one of their own
START_S, LOOK_S = 120, 0.1
LATE_S = 7  # a late answer comes so long after the request: behind the terminals' patience


class Failed(Exception):
    """The run cannot go on or does not end; the message says who and why."""


class Order(NamedTuple):
    """What is run. `pause_ms`: the longest time between two customers of one terminal.

    `hasty`: connections are reset when the faults stop, so that nobody waits out his time for a receipt.
    """

    seed: int
    broker: str
    seconds: float
    terminals: int = 50
    pause_ms: int = 2000
    hasty: bool = False


class Stage:
    """`await start()`; `await end()` ends whatever was started, also when that failed half-way."""

    def __init__(self, order: Order, folder: Path, db: str) -> None:
        self.order, self.folder, self.db = order, folder, db
        self.brokers: list[Child] = []
        self.proxies: list[FaultyProxy] = []
        self.hosts: list[Child] = []
        self.tills: list[tills.Till] = []
        self.missing: dict[str, str] = {}  # runtimes, and why
        self.broker_ports: list[int] = []
        self._ports = brokers.Ports()

    @property
    def children(self) -> list[Child]:
        return [*self.tills, *self.hosts, *self.brokers]

    async def start(self) -> None:
        """Terminals come last, when the hosts listen; they are made meanwhile."""
        self.brokers, self.broker_ports = brokers.made(self.order.broker, self.folder, self._ports)
        for broker in self.brokers:
            broker.start()
        for number in range(LINES + 1):
            self.proxies.append(await self._proxy(number))
        making = asyncio.create_task(asyncio.to_thread(self._made))
        for number in range(HOSTS[self.order.broker]):  # the first one makes the tables
            host = self._host(number)
            self.hosts.append(host)
            host.start()
            await self.until(lambda host=host: listens(host), f"{host.name} did not connect")
        self.tills = await making
        for till in self.tills:
            till.start()
        await self.until(self._trades, "no sale was approved by a host")

    async def end(self) -> None:
        for child in self.children:
            child.end()
        for proxy in self.proxies:
            await proxy.stop()
        self._ports.release()

    def nobody_ended(self) -> None:
        """Failed when a process ended that we did not end."""
        for child in self.children:
            if child.ended is not None:
                raise failed(child)

    async def _proxy(self, number: int) -> FaultyProxy:
        port = self.broker_ports[number % len(self.broker_ports)]
        crossed = self.folder / f"line{number}.bin"
        proxy = FaultyProxy(LOOPBACK, port, self.order.seed * 100 + number, crossed)
        await proxy.start()
        return proxy

    def _host(self, number: int) -> Child:
        count = HOSTS[self.order.broker]
        partition = ["--partition", f"{number}/{count}"] if count > 1 else []
        argv = [sys.executable, "-c", SERVE, "host", "serve", "--db", self.db, "--late-after", LATE_S]
        argv += ["--broker", f"mqtt://{LOOPBACK}:{self.proxies[LINES].port}", *partition]
        env = {**os.environ, "SUANPAN_HOST_KEY": str(self.folder / "host.key")}
        return Child(f"host {number}", argv, env, self.folder / f"host{number}.log")

    def _trades(self) -> bool:
        results = (
            line for till in self.tills for line in till.lines("said.log") if line["event"] == "result"
        )
        return any(line["state"] == APPROVED and not line["offline"] for line in results)

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + START_S
        while not condition():
            self.nobody_ended()
            if time.monotonic() > deadline:
                raise Failed(f"{what} within {START_S} s")
            await asyncio.sleep(LOOK_S)

    def _made(self) -> list[tills.Till]:
        names, self.missing = tills.runtimes()
        return [self._till(number, names[number % len(names)]) for number in range(self.order.terminals)]

    def _till(self, number: int, runtime: str) -> tills.Till:
        port, partition = self.proxies[number % LINES].port, number % HOSTS[self.order.broker]
        config = {"broker_port": port, "partition": str(partition)}
        folder = self.folder / f"SIM{number:05}"
        return tills.Till(number, folder, self.order.seed, self.order.pause_ms, runtime, config)


def listens(host: Child) -> bool:
    return "connected to" in host.told(1)


def failed(child: Child) -> Failed:
    return Failed(f"{child.name} ended by itself with {child.ended}; it said:\n{child.told()}")


@contextlib.contextmanager
def books(broker: str, folder: Path):
    """URL of an empty database: SQLite behind mosquitto, PostgreSQL behind the cluster."""
    if broker == "mosquitto":
        yield f"sqlite:///{folder / 'host.db'}"
        return
    from postgres import Server

    with Server("fsync=off") as server:  # hosts die here; the machine does not
        yield server.new_database()
