# SPDX-License-Identifier: MIT
"""Virtual time: an event loop that never waits but jumps to its next timer, and every clock that follows it."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pos import compat

START_S = 1_773_480_413  # 2026-03-14 09:26:53 UTC
_RESOLUTION_S = 1e-6  # timers this close to the present are due: sums of floats are not exact
_NS = 1_000_000_000


class Clock:
    """Seconds since the run began. `host_skew_s` is what the host's wall clock is off by."""

    def __init__(self, ticks_start_ms: int = 0) -> None:
        self.now = 0.0
        self.host_skew_s = 0
        self._ticks_start_ns = ticks_start_ms * 1_000_000

    def monotonic_ns(self) -> int:
        """What `pos.compat` makes its ticks of."""
        return self._ticks_start_ns + int((self.now + 2 * _RESOLUTION_S) * _NS)

    def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing sleeps under virtual time")

    def wall_s(self) -> float:
        """The host's wall clock."""
        return START_S + self.now + self.host_skew_s


class Stalled(Exception):
    """Everybody waits and no timer will wake anyone."""


class VirtualLoop(asyncio.BaseEventLoop):
    """Callbacks in the order in which they fall due; the same every time."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._clock_resolution = _RESOLUTION_S
        self._selector = self  # BaseEventLoop waits in `_selector.select`

    def time(self) -> float:
        return self._clock.now

    def select(self, timeout: float | None) -> list:
        """No sockets here: the wait is over at once, at its end."""
        if timeout is None:
            raise Stalled
        self._clock.now += timeout
        return []

    def _process_events(self, _events: list) -> None:
        pass


@contextmanager
def following(clock: Clock, urandom) -> Iterator[None]:
    """The terminal's ticks, the host's wall clock and the terminal's entropy come from the run alone."""
    before = compat._time, compat.urandom, time.time
    compat._time, compat.urandom, time.time = clock, urandom, clock.wall_s
    try:
        yield
    finally:
        compat._time, compat.urandom, time.time = before
