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
