# SPDX-License-Identifier: MIT
"""The terminal's screen: shows a view on a display of any size and depth, band by band, only what changed.

`show` returns at once; the `run` task draws. Never a whole frame in memory: one band of a few rows.
"""

import asyncio

from pos.compat import sleep_ms, wait_for_ms
from pos.drivers.deadline import Deadline, wait
from pos.ui.paint import painter, signatures
from pos.ui.view import Status, View

TICK_MS = 250  # step of the waiting animation
_TRIES = 100


def layout(font, display):
    """The layout for this kind of display; the other one is not even loaded."""
    if display.depth == 1:
        from pos.ui.layout_mono import MonoLayout as Layout
    else:
        from pos.ui.layout_colour import ColourLayout as Layout
    return Layout(font, display.width, display.height)


class Screen:
    """One display. `status` is changed in place, then `refresh()`."""

    pause_ms = 50  # until drawing is tried again when there was no memory for it

    def __init__(self, display, font):
        self.display = display
        self.status = Status()
        self.view = View("")
        self._layout = layout(font, display)
        self._painter = painter(font, display)
        self._drawn = [0] * (display.height // self._painter.rows)  # signature of what each band shows now
        self._changed = asyncio.Event()
        self._settled = asyncio.Event()
        self._tick = 0

    def show(self, view):
        """Make `view` the screen's content, as soon as the drawing task runs."""
        self.view = view
        self._tick = 0
        self.refresh()

    def refresh(self):
        """Draw what changed in the view or the status bar."""
        self._settled.clear()
        self._changed.set()

    async def settled(self, timeout_ms):
        """True when all that was shown is on the display within timeout_ms."""
        deadline = Deadline(timeout_ms)
        while not self._settled.is_set():
            if deadline.passed():
                return False
            try:
                await wait_for_ms(self._settled.wait(), deadline.left_ms())
            except asyncio.TimeoutError:
                return False
        return True

    async def run(self):
        """Draw for ever. One band between two turns of the loop, so that nothing waits for the display.

        What there is no memory for is drawn when others have let go (FAULTS F7); MemoryError when they never do.
        """
        failures = 0
        while failures < _TRIES:
            try:
                if not await wait(self._changed, TICK_MS if self.view.busy else None):
                    self._tick += 1
                await self._draw_changes()
                failures = 0
            except MemoryError:
                failures += 1
                await sleep_ms(self.pause_ms)
                self._changed.set()
        raise MemoryError("no memory to draw")

    async def _draw_changes(self):
        for _ in self._bands():
            await asyncio.sleep(0)
            if self._changed.is_set():
                return
        self._painter.rest()
        self._settled.set()

    def draw(self):
        """Draw now what is not drawn yet; for a safe stop, where no task runs any more."""
        for _ in self._bands():
            pass
        self._settled.set()

    def _bands(self):
        """Draw one changed band at each step."""
        rows = self._painter.rows
        scene = self._layout.scene(self.view, self.status, self._tick)
        for index, wanted in enumerate(signatures(scene, len(self._drawn), rows)):
            if wanted != self._drawn[index]:
                y = index * rows
                self._painter.band(scene, y)
                self.display.blit(0, y, self.display.width, rows, self._painter.buffer)
                self._drawn[index] = wanted
                yield
