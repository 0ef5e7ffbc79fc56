# SPDX-License-Identifier: MIT
"""Matrix keypad: scan, debounce, one key at a time, stuck keys (FAULTS.md F35).

The bus is `matrix.read_row(row) -> mask` with one bit per column, 1 = contact closed.
"""

import asyncio

from pos.compat import const, sleep_ms, ticks_diff, ticks_ms
from pos.drivers.deadline import Deadline, wait

_SCAN_MS = const(10)
_EQUAL_SCANS = const(3)  # a membrane key bounces for less than two scans
_STUCK_MS = const(10_000)
_QUEUE = const(16)

LAYOUT = (
    ("MENU", "FUNC", "UP", "DOWN"),
    ("1", "2", "3", "CANCEL"),
    ("4", "5", "6", "CLEAR"),
    ("7", "8", "9", None),
    ("00", "0", None, "ENTER"),
)


class Keypad:
    """Keys by name from a contact matrix. A key counts once, when it is closed alone."""

    def __init__(self, matrix, layout=LAYOUT, now=ticks_ms):
        self._matrix = matrix
        self._layout = layout
        self._now = now
        self._columns = len(layout[0])
        self._queue = []
        self._ready = asyncio.Event()
        self._raw = self._stable = self._equal = 0
        self._masked = 0  # stuck contacts, ignored until they open
        self._since = 0
        self._locked = False  # several keys were closed: nothing counts until all are open
        self.stuck = None
        self.dropped = 0

    async def run(self):
        """Scan for ever, every 10 ms."""
        while True:
            self.scan()
            await sleep_ms(_SCAN_MS)

    def scan(self):
        """One pass over the matrix."""
        raw = 0
        for row in range(len(self._layout)):
            raw |= (self._matrix.read_row(row) & ((1 << self._columns) - 1)) << (row * self._columns)
        if raw != self._raw:
            self._raw, self._equal = raw, 0
        self._equal += 1
        if self._equal == _EQUAL_SCANS:
            self._settle(raw)
        elif self._equal > _EQUAL_SCANS:
            self._equal = _EQUAL_SCANS + 1
            self._check_stuck()

    def inject(self, name):
        """Put a key in the queue as if it had been pressed."""
        if len(self._queue) >= _QUEUE:
            self.dropped += 1
            return
        self._queue.append((self._now(), name))
        self._ready.set()

    def clear(self):
        """Forget keys that were pressed and not yet read."""
        self._queue.clear()

    async def key(self, timeout_ms=None):
        """Name of the next key, or None when timeout_ms passed without one."""
        stroke = await self.stroke(timeout_ms)
        return stroke and stroke[1]

    async def stroke(self, timeout_ms=None):
        """(ticks_ms of the press, name) of the next key, or None when timeout_ms passed without one."""
        deadline = Deadline(timeout_ms)
        while not self._queue:
            self._ready.clear()
            if not await wait(self._ready, deadline.left_ms()):
                return None
        return self._queue.pop(0)

    def _settle(self, raw):
        self._masked &= raw
        if self.stuck and not self._masked:
            self.stuck = None
        before, self._stable = self._stable, raw & ~self._masked
        if self._stable != before:
            self._since = self._now()
            self._edge(before)

    def _edge(self, before):
        closed = self._stable
        if not closed:
            self._locked = False
        elif self._locked or before or closed & (closed - 1):
            self._locked = True
        else:
            name = self._name(closed)
            if name:
                self.inject(name)

    def _check_stuck(self):
        if self._stable and ticks_diff(self._now(), self._since) >= _STUCK_MS:
            self.stuck = self._name(self._stable & -self._stable)
            self._masked |= self._stable
            self._stable = 0
            self._locked = False

    def _name(self, contact):
        position = 0
        while contact > 1:
            contact >>= 1
            position += 1
        return self._layout[position // self._columns][position % self._columns]
