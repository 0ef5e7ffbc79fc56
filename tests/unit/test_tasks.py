# SPDX-License-Identifier: MIT
"""Supervision: the loop alone feeds the watchdog, a critical task that fails ends the terminal."""

import asyncio

from pos.compat import sleep_ms, ticks_diff, ticks_ms
from pos.tasks import Budget, Supervisor

_BUSY_MS = 120


class Log:
    def __init__(self):
        self.lines = []

    def failure(self, name, error, **facts):
        self.lines.append((name, facts["task"]))


class Watchdog:
    """As a chip's: what matters is the longest time without a feed."""

    def __init__(self):
        self.fed = ticks_ms()
        self.feeds = self.longest_ms = 0

    def feed(self):
        self.feeds += 1
        self.longest_ms = max(self.longest_ms, ticks_diff(ticks_ms(), self.fed))
        self.fed = ticks_ms()


async def fed_while(story):
    """(watchdog, budget) of a loop in which `story` ran."""
    dog = Watchdog()
    budget = Budget(dog.feed)
    task = asyncio.create_task(budget.run())
    while dog.feeds < 2:
        await sleep_ms(1)
    await story()
    before = dog.feeds
    while dog.feeds == before:
        await sleep_ms(1)
    task.cancel()
    return dog, budget


async def test_f8_a_task_that_keeps_the_loop_for_itself_starves_the_watchdog():
    async def busy():
        started = ticks_ms()
        while ticks_diff(ticks_ms(), started) < _BUSY_MS:
            pass

    dog, budget = await fed_while(busy)
    assert dog.longest_ms >= _BUSY_MS and budget.longest_ms >= _BUSY_MS - 10


async def test_f8_a_task_that_waits_lets_the_watchdog_be_fed():
    async def polite():
        await sleep_ms(_BUSY_MS)

    dog, _ = await fed_while(polite)
    assert dog.feeds > 4


async def test_f8_a_critical_task_that_fails_ends_the_terminal_with_its_name():
    async def broken():
        raise OSError(30, "EROFS")

    async def patient():
        await sleep_ms(60_000)

    log = Log()
    supervisor = Supervisor(log)
    supervisor.start("patient", patient)
    supervisor.start("workflow", broken, critical=True)
    name, error = await asyncio.wait_for(supervisor.run(), 5)
    assert name == "workflow" and error.errno == 30
    assert log.lines == [("critical_task_failed", "workflow")]


async def alarmed(on_failed):
    """What the log tells of an ordinary task that fails."""

    async def broken():
        raise OSError(30, "EROFS")

    async def until_told():
        while not log.lines:
            await sleep_ms(1)

    log = Log()
    supervisor = Supervisor(log)
    supervisor.on_failed = on_failed
    supervisor.start("sync", broken)
    supervisor.start("test", until_told, critical=True)
    await asyncio.wait_for(supervisor.run(), 5)
    return log.lines


async def test_f7_a_task_that_failed_raises_an_alarm_with_its_name():
    names = []
    assert await alarmed(names.append) == [("task_failed", "sync"), ("critical_task_failed", "test")]
    assert names == ["sync"]


async def test_f7_an_alarm_that_cannot_be_raised_ends_nobody():
    def short_of_memory(name):
        raise MemoryError

    assert ("alarm_failed", "sync") in await alarmed(short_of_memory)
