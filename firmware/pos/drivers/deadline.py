# SPDX-License-Identifier: MIT
"""The one way in which a driver waits: for an event, with a deadline (STYLE.md rule 5)."""

import asyncio

from pos.compat import ticks_add, ticks_diff, ticks_ms, wait_for_ms


async def wait(event, timeout_ms):
    """True when `event` was set in time, and clear it. timeout_ms None waits without end."""
    if timeout_ms is None:
        await event.wait()
    else:
        try:
            await wait_for_ms(event.wait(), max(timeout_ms, 0))
        except asyncio.TimeoutError:
            return False
    event.clear()
    return True


class Deadline:
    """A moment `timeout_ms` from now; None never comes."""

    def __init__(self, timeout_ms):
        self._end = None if timeout_ms is None else ticks_add(ticks_ms(), timeout_ms)

    def left_ms(self):
        """Milliseconds left, never negative; None when there is no deadline."""
        return None if self._end is None else max(0, ticks_diff(self._end, ticks_ms()))

    def passed(self):
        return self._end is not None and ticks_diff(self._end, ticks_ms()) <= 0
