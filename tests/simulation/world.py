# SPDX-License-Identifier: MIT
"""One run: builds everything from a schedule, lets the faults happen, heals, and waits until all is synced."""

import asyncio
import contextvars
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pos.journal
from simulation import ages, faults, memory
from simulation.broker import Broker
from simulation.checks import Checks
from simulation.clock import Call, Clock, Stalled, VirtualLoop, following
from simulation.flash import PowerCut
from simulation.host import Database, Host
from simulation.schedule import Act, Schedule
from simulation.terminal import OWNER, Terminal
from simulation.watch import Watch, WatchedJournal

PATIENCE_S = 1200  # after the last fault, until everything must be synced
_LOOK_MS = 1000


class World:
    """`run()` once; then `checks.violations` says what was wrong."""

    def __init__(self, schedule: Schedule, books: Database) -> None:
        self.schedule = schedule
        self.random = Random(f"run {schedule.seed}")
        self.clock = Clock(schedule.ticks_start_ms)
        self.loop = VirtualLoop(self.clock)
        self.loop.new_task, self.loop.stray = self._task, self._stray
        self.trace: list[tuple[float, str, str]] = []
        self.checks = Checks(self)
        self.broker = Broker(self)
        self.host = Host(self, books)
        self.memory = memory.Shortage()
        self.slept_s = 0  # while the shop was closed
        self.dawn_s = 0.0
        self._context = contextvars.Context()
        age = ages.get(schedule.age, schedule.blocks, len(schedule.plans), books)
        books.load(age.books)
        self.terminals = [
            Terminal(self, f"SIM{number:05}", [bytearray(block) for block in age.flash[number]], plan)
            for number, plan in enumerate(schedule.plans)
        ]
        self.rivals: list[Terminal] = []  # of the same names
        for terminal in self.terminals:
            terminal.flash.watch = Watch(self.checks, terminal)
        self.copies_wanted = any(fault.kind in faults.COPIES for fault in schedule.faults)

    # --- what the actors use ---

    def note(self, actor: str, text: str) -> None:
        self.trace.append((self.clock.now, actor, text))

    def later(self, ms: float, callback: Callable, *arguments: Any) -> Call:
        """`callback` in `ms`, as nobody's act in particular."""
        return self.at(self.loop.time() + ms / 1000, callback, *arguments)

    def at(self, when: float, callback: Callable, *arguments: Any) -> Call:
        return self.loop.call_at(when, callback, *arguments, context=self._context)

    def devices(self, name: str) -> list[Terminal]:
        """Every device that calls itself `name`."""
        return [one for one in (*self.terminals, *self.rivals) if one.name == name]

    def rival(self, terminal: Terminal, content: list[bytearray], plan: tuple[Act, ...]) -> Terminal:
        """A second device with the identity of `terminal` and its key for messages."""
        made = Terminal(self, terminal.name, content, plan, 2 + len(self.rivals))
        made.flash.watch = Watch(self.checks, made)
        self.rivals.append(made)
        return made

    # --- the run ---

    def run(self) -> None:
        with (
            following(self.clock, self.random.randbytes),
            watched(),
            self.memory.possible(any(fault.kind == "memory" for fault in self.schedule.faults)),
        ):
            try:
                self.loop.run_until_complete(self._run())
            except Stalled:
                self.checks.violated("liveness", "everybody waits for nothing")
            finally:
                self._bury()

    async def _run(self) -> None:
        self.host.start()
        for terminal in self.terminals:
            terminal.power_on()
        for fault in self.schedule.faults:
            self.at(fault.at_ms / 1000, faults.strike, self, fault)
        await self._until_acted()
        faults.heal(self)
        self.checks.at_end(await self._until_synced())

    async def _until_acted(self) -> None:
        """All faults have struck and all people are done, or have had the time for it."""
        last_s = max([fault.at_ms / 1000 for fault in self.schedule.faults], default=0)
        limit_s = last_s + 60 * max(len(plan) for plan in self.schedule.plans) + 60
        while self.clock.now <= last_s + self.slept_s or not all(one.at_rest for one in self.terminals):
            if self.clock.now > limit_s + self.slept_s:
                return
            await asyncio.sleep(max(_LOOK_MS / 1000, self.dawn_s - self.clock.now))

    async def _until_synced(self) -> bool:
        """False when it takes too long."""
        until = self.clock.now + PATIENCE_S
        while not self.host.at_rest or not all(
            one.at_rest or self.checks.excused(one) for one in self.terminals
        ):
            if self.clock.now > until:
                return False
            await asyncio.sleep(_LOOK_MS / 1000)
        return True

    def _task(self, coroutine, context):
        """Tasks of a terminal end with its power."""
        task = asyncio.Task(coroutine, loop=self.loop, context=context)
        owner = OWNER.get() if context is None else context.get(OWNER)
        if owner is not None:
            owner.tasks.append(task)
        return task

    def _stray(self, where: str, error: BaseException) -> None:
        if not isinstance(error, PowerCut):
            self.checks.violated("stray", f"{where}: {error!r}")

    def _bury(self) -> None:
        """No task outlives the run."""
        self.host.running = False
        self.host.books.before_commit = None
        for terminal in (*self.terminals, *self.rivals):
            terminal.power_off("the end")
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0.01))


@contextmanager
def watched() -> Iterator[None]:
    """Every journal reports what it promises."""
    before, pos.journal.Journal = pos.journal.Journal, WatchedJournal
    try:
        yield
    finally:
        pos.journal.Journal = before


def run(schedule: Schedule, books: Database) -> World:
    """The world after the run of `schedule`."""
    world = World(schedule, books)
    world.run()
    return world


def settle_memory() -> None:
    """Modules and tables stay out of garbage collection, which then takes no time worth mentioning."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
