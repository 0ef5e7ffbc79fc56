# SPDX-License-Identifier: MIT
"""Supervision of the terminal's tasks: a critical one that fails stops the device, visibly; others restart.

Also the one way to wait for the first of several things, and the measure of the loop's budget.
"""

import asyncio

from pos.compat import sleep_ms, ticks_diff, ticks_ms, wait_for_ms

_TICK_MS = 10
_TRIES = 100
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1, 60


async def first(timeout_ms, *coroutines):
    """(index, result, error) of the coroutine that ends first; (None, None, None) after timeout_ms (None: never).

    The others are cancelled. An exception of one is handed over as `error`, for the caller to judge.
    """
    ended: "list" = []
    done = asyncio.Event()

    async def follow(index, coroutine):
        try:
            ended.append((index, await coroutine, None))
        except Exception as caught:  # noqa: BLE001 handed over, not swallowed
            ended.append((index, None, caught))
        done.set()

    tasks = [asyncio.create_task(follow(i, coroutine)) for i, coroutine in enumerate(coroutines)]
    try:
        await (done.wait() if timeout_ms is None else wait_for_ms(done.wait(), timeout_ms))
    except asyncio.TimeoutError:
        pass
    finally:
        for task in tasks:
            task.cancel()
    await _all_ended(tasks)
    found = ended[0] if ended else (None, None, None)
    ended.clear()  # one that is slow to end must not hold the card that another one has read (FAULTS S9)
    return found


async def _all_ended(tasks):
    """Nobody may be left in a wait that the next reader enters; a cancellation that met a result is repeated."""
    for task in tasks:
        for _ in range(_TRIES):
            await asyncio.sleep(0)
            if task.done():
                break
            task.cancel()


class Budget:
    """Longest gap of a 10 ms ticker: how long anything kept the loop for itself."""

    def __init__(self, feed=None):
        self.longest_ms = 0
        self._feed = feed  # the board's watchdog, if it has one

    async def run(self):
        while True:
            before = ticks_ms()
            await sleep_ms(_TICK_MS)
            gap_ms = ticks_diff(ticks_ms(), before) - _TICK_MS
            if gap_ms > self.longest_ms:
                self.longest_ms = gap_ms
            if self._feed is not None:
                self._feed()


class Supervisor:
    """Runs a fixed set of named tasks until a critical one ends."""

    def __init__(self, log):
        self._log = log
        self._tasks = []
        self._stop = asyncio.Event()
        self.reason = None  # (task name, exception or None)
        self.on_failed = None  # called with the name of a task that is started again

    def start(self, name, task, critical=False):
        """`task` is a coroutine function without arguments; an ordinary one is called again after a failure."""
        runner = self._critical(name, task) if critical else self._ordinary(name, task)
        self._tasks.append(asyncio.create_task(runner))

    async def run(self):
        """Wait until a critical task ends; then cancel all and return (name, exception or None)."""
        await self._stop.wait()
        while self._tasks:  # nobody keeps what a task held
            self._tasks.pop().cancel()
        return self.reason

    async def _critical(self, name, task):
        error = None
        try:
            await task()
        except Exception as caught:  # noqa: BLE001 the device stops with it
            error = caught
        self.reason = self.reason or (name, error)
        self._stop.set()  # first of all: there may be no memory for the words
        self._report("critical_task_failed", error, name, 0)

    def _report(self, event, error, name, again_in_s):
        try:
            self._log.failure(event, error, task=name, again_in_s=again_in_s)
        except MemoryError:
            pass  # the task comes back all the same, and says it when there is memory

    def _alarm(self, name):
        try:
            if self.on_failed:
                self.on_failed(name)
        except Exception as error:  # noqa: BLE001 what failed may be what the alarm needs, too
            self._report("alarm_failed", error, name, 0)

    async def _ordinary(self, name, task):
        pause_s = _FIRST_PAUSE_S
        while True:
            started = ticks_ms()
            try:
                await task()
                return
            except Exception as caught:  # noqa: BLE001 logged, and the task is started again
                self._report("task_failed", caught, name, pause_s)
                self._alarm(name)
            await asyncio.sleep(pause_s)
            lasted_s = ticks_diff(ticks_ms(), started) // 1000
            again = 0 <= lasted_s <= _LONGEST_PAUSE_S  # negative after six days: ticks come round
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S) if again else _FIRST_PAUSE_S
