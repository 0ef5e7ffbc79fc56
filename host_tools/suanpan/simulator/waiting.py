# SPDX-License-Identifier: MIT
"""Waiting for a condition of a simulated run: looked at again at each event, up to a deadline."""

import asyncio
from collections.abc import Callable

from suanpan.simulator.events import Event, EventLog

LOOK_S = 0.05  # between looks at what tells no event, such as the journal's file


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
            try:
                await asyncio.wait_for(changed.wait(), min(left_s, LOOK_S))
            except TimeoutError:
                continue
        return True
    finally:
        unsubscribe()
