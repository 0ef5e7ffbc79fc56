# SPDX-License-Identifier: MIT
"""Virtual time: an event loop that never waits but jumps to its next timer, and every clock that follows it."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, copy_context
from heapq import heappop, heappush
from itertools import count

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


class Call:
    """A callback that waits for its turn; the loop's `asyncio.Handle`."""

    __slots__ = ("arguments", "callback", "context")

    def __init__(self, callback: Callable | None, arguments: tuple, context: Context | None) -> None:
        self.callback, self.arguments = callback, arguments
        self.context = copy_context() if context is None else context

    def cancel(self) -> None:
        self.callback = None


class VirtualLoop(asyncio.AbstractEventLoop):
    """Callbacks in the order in which they fall due; the same every time. It has no sockets and no threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.new_task: Callable = self._plain_task  # of a coroutine and a context
        self.stray: Callable[[str, BaseException], None] = _raised  # what nobody caught, and where
        self._ready: deque[Call] = deque()
        self._timers: list[tuple[float, int, Call]] = []
        self._order = count()  # of timers that fall due together

    def time(self) -> float:
        return self._clock.now

    def call_soon(self, callback, *arguments, context=None):
        call = Call(callback, arguments, context)
        self._ready.append(call)
        return call

    def call_at(self, when, callback, *arguments, context=None):
        call = Call(callback, arguments, context)
        heappush(self._timers, (when, next(self._order), call))
        return call

    def call_later(self, delay, callback, *arguments, context=None):
        return self.call_at(self._clock.now + delay, callback, *arguments, context=context)

    def create_future(self):
        return asyncio.Future(loop=self)

    def create_task(self, coroutine, *, name=None, context=None):
        return self.new_task(coroutine, context)

    def _plain_task(self, coroutine, context):
        return asyncio.Task(coroutine, loop=self, context=context)

    def call_exception_handler(self, context):
        if "exception" in context:
            self.stray(context["message"], context["exception"])

    def get_debug(self):
        return False

    def run_until_complete(self, coroutine):
        task = self.create_task(coroutine)
        asyncio._set_running_loop(self)
        try:
            while not task.done():
                self._jump()
                self._run_ready()
        finally:
            asyncio._set_running_loop(None)
        return task.result()

    def _jump(self) -> None:
        """To the next timer, unless somebody is ready; what falls due then is ready too."""
        timers, clock = self._timers, self._clock
        while timers and timers[0][2].callback is None:
            heappop(timers)
        if not self._ready:
            if not timers:
                raise Stalled
            clock.now = max(clock.now, timers[0][0])
        while timers and timers[0][0] < clock.now + _RESOLUTION_S:
            self._ready.append(heappop(timers)[2])

    def _run_ready(self) -> None:
        """Who was ready before; whom these make ready comes next time."""
        ready = self._ready
        for _ in range(len(ready)):
            call = ready.popleft()
            if call.callback is None:
                continue
            try:
                call.context.run(call.callback, *call.arguments)
            except (SystemExit, KeyboardInterrupt):
                raise
            except BaseException as error:  # noqa: BLE001 - power cuts too end in whatever was running
                self.stray("in a callback", error)


def _raised(_where: str, error: BaseException) -> None:
    raise error


@contextmanager
def following(clock: Clock, urandom) -> Iterator[None]:
    """The terminal's ticks, the host's wall clock and the terminal's entropy come from the run alone."""
    before = compat._time, compat.urandom, time.time
    compat._time, compat.urandom, time.time = clock, urandom, clock.wall_s
    try:
        yield
    finally:
        compat._time, compat.urandom, time.time = before
