# SPDX-License-Identifier: MIT
"""Waiting in a simulated run: for a condition up to a deadline, and for what cannot be left half done."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import TypeVar

from suanpan.simulator.events import Event, EventLog

LOOK_S = 0.05  # between looks at what tells no event, such as the journal's file
Result = TypeVar("Result")


async def until(log: EventLog, condition: Callable[[], bool], deadline_ms: int) -> bool:
    """True as soon as `condition()` holds, False when the log's clock passes `deadline_ms` before."""
    changed = asyncio.Event()

    def wake(_event: Event) -> None:
        changed.set()

    unsubscribe = log.subscribe(wake)
    try:
        while not condition():
            left_s = (deadline_ms - log.now_ms()) / 1000
            if left_s <= 0:
                return False
            changed.clear()
            # wait_for and timeout can take a Ctrl-C of the same moment for their own end
            look = asyncio.get_running_loop().call_later(min(left_s, LOOK_S), changed.set)
            await changed.wait()
            look.cancel()
        return True
    finally:
        unsubscribe()


async def finished(action: Awaitable[Result]) -> Result:
    """The result of `action`; an interruption (Ctrl-C) goes on only when the action has come to its end."""
    task = asyncio.ensure_future(action)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise


async def until_sigterm(work: Awaitable[Result]) -> Result:
    """The result of `work`, which SIGTERM cancels as Ctrl-C does, so that nothing is left behind."""
    task = asyncio.current_task()
    assert task
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await work
