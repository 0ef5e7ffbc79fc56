# SPDX-License-Identifier: MIT
"""Virtual receipt printer: paper, cover, heat, status answers and the slips that come out.

When it stops (no paper, cover open, head too hot) the slip so far stays and what was sent after it is lost.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from PIL import Image

from boards.sim.chips.escpos_stream import Buffer, RealTime
from boards.sim.chips.glyphs import Glyphs
from boards.sim.chips.press import Press
from boards.sim.chips.slip import PIXELS, Slip

CUT, SYNC, RESET = b"\x1dV", b"\x1dr", b"\x1b@"


class VirtualPrinter:
    """`reply(bytes)` sends to the device; `tell(kind, data)` reports "print" and "slip"."""

    def __init__(
        self,
        glyphs: Callable[[], Glyphs],
        reply: Callable[[bytes], None],
        tell: Callable[[str, Any], None],
    ) -> None:
        self._reply, self._tell = reply, tell
        self.absent = False  # unplugged: takes and answers nothing
        self.errors: list[str] = []
        self.rows_per_s: float | None = None  # None: as fast as the bytes come
        self._press = Press(glyphs, self._put, self.errors)
        self._stream = RealTime(self._answer, self._clear, self._receive)
        self._buffer = Buffer()
        self._finished: list[Slip] = []
        self._current: Slip | None = None
        self._before = b""  # modes set before the first line of a slip
        self._paper, self._cover, self._heat = "in", "closed", False
        self._rows_left: int | None = None
        self._pacing: asyncio.Task[None] | None = None
        self._rows_fed = 0

    @property
    def slips(self) -> list[Slip]:
        """All slips, the one that is being printed last."""
        return self._finished + ([self._current] if self._current else [])

    @property
    def paper(self) -> str:
        return self._paper

    @paper.setter
    def paper(self, state: str) -> None:
        """in, low, out."""
        if state not in ("in", "low", "out"):
            raise ValueError(f"paper is in, low or out, not {state!r}")
        self._paper, self._rows_left = state, None
        self._changed()

    def paper_for(self, rows: int) -> None:
        """Let the paper run out after so many more dot rows (8 are a millimetre, 30 a line)."""
        self._paper, self._rows_left = "low", rows

    @property
    def cover(self) -> str:
        return self._cover

    @cover.setter
    def cover(self, state: str) -> None:
        if state not in ("open", "closed"):
            raise ValueError(f"cover is open or closed, not {state!r}")
        self._cover = state
        self._changed()

    @property
    def heat(self) -> bool:
        return self._heat

    @heat.setter
    def heat(self, hot: bool) -> None:
        self._heat = bool(hot)
        self._changed()

    @property
    def stopped(self) -> bool:
        return self._paper == "out" or self._cover == "open" or self._heat

    def power_off(self) -> None:
        """The slip so far stays in the mouth of the printer; buffers and modes are gone."""
        if self._pacing:
            self._pacing.cancel()
            self._pacing = None
        self._stream.reset()
        self._press.reset()
        self._clear()

    def feed(self, data: bytes) -> None:
        if self.absent:
            return
        for byte in data:
            self._stream.feed(byte)
        if self.rows_per_s is None:
            for command in self._buffer.commands():
                self._take(command)
        elif self._pacing is None or self._pacing.done():
            self._pacing = asyncio.get_running_loop().create_task(self._pace(self.rows_per_s))

    async def _pace(self, rows_per_s: float) -> None:
        for command in self._buffer.commands():
            self._take(command)
            if self._rows_fed:
                await asyncio.sleep(self._rows_fed / rows_per_s)
                self._rows_fed = 0

    def _receive(self, data: bytes) -> None:
        if not self.stopped:
            self._buffer.add(data)

    def _answer(self, n: int) -> None:
        """DLE EOT n: 1 printer, 2 why it stopped, 3 error, 4 paper sensors."""
        out, cover, heat = self._paper == "out", self._cover == "open", self._heat
        near = 0x0C * (self._paper != "in")
        bits = {1: 0x08 * self.stopped, 2: 0x04 * cover | 0x20 * out | 0x40 * heat, 3: 0x40 * heat}
        self._reply(bytes((0x12 | bits.get(n, near | 0x60 * out),)))

    def _clear(self) -> None:
        self._buffer.clear()
        self._press.drop_line()
        self._end(complete=False)

    def _changed(self) -> None:
        if self.stopped:
            self._clear()

    def _take(self, command: bytes) -> None:
        """One command; its bytes are kept with the slip that it is part of."""
        self._before = (b"" if command == RESET else self._before) + command
        slip = self._current
        if command[:2] == SYNC:
            self._reply(bytes((0x03 * (self._paper != "in"),)))
        elif command[:2] != CUT:
            self._press.take(command)
        slip = self._current or slip
        if slip:
            slip.bytes += self._before
            self._before = b""
        if command[:2] == CUT:
            self._end(complete=True)

    def _put(self, text: str | None, strip: Image.Image) -> None:
        """Feed a strip of paper; when the roll ends within it, only its upper part is printed."""
        if self.stopped:
            return
        if self._current is None:
            self._current = Slip()
        slip, rows = self._current, strip.height // PIXELS
        if self._rows_left is not None and rows >= self._rows_left:
            text = text if rows == self._rows_left else None
            rows = self._rows_left
            strip = strip.crop((0, 0, strip.width, rows * PIXELS))
        slip.add(text, strip)
        self._rows_fed += rows
        self._tell("print", {"rows": rows, "total": slip.rows})
        if self._rows_left is not None:
            self._rows_left -= rows
            if self._rows_left == 0:
                self.paper = "out"

    def _end(self, complete: bool) -> None:
        slip, self._current = self._current, None
        self._before = b""
        if slip:
            slip.complete = complete
            self._finished.append(slip)
            self._tell("slip", slip)
