# SPDX-License-Identifier: MIT
"""Virtual receipt printer: interprets ESC/POS bytes, keeps slips, answers status, runs out of paper.

When it stops (no paper, cover open, head too hot) the slip so far stays and what was sent after it is lost.
Real-time commands (DLE EOT, DLE DC4) are answered on arrival, everything else in its turn.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from PIL import Image

from boards.sim.chips.glyphs import Glyphs
from boards.sim.chips.slip import DOTS, PIXELS, Code, Line, Slip

CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
BUFFER = 4096
LENGTHS = {  # bytes of a command with a fixed length, by its first two
    b"\x1b@": 2, b"\x1ba": 3, b"\x1bE": 3, b"\x1b3": 3, b"\x1b2": 2, b"\x1bd": 3, b"\x1bJ": 3,
    b"\x1d!": 3, b"\x1dr": 3, b"\x1c&": 2, b"\x1c.": 2,
}  # fmt: skip
LEVELS = {48: "L", 49: "M", 50: "Q", 51: "H"}


class VirtualPrinter:
    """`reply(bytes)` sends to the device; `tell(kind, data)` reports "print" and "slip"."""

    def __init__(
        self,
        glyphs: Callable[[], Glyphs],
        reply: Callable[[bytes], None],
        tell: Callable[[str, Any], None],
    ) -> None:
        self._glyphs, self._reply, self._tell = glyphs, reply, tell
        self._finished: list[Slip] = []
        self._current: Slip | None = None
        self._paper, self._cover, self._heat = "in", "closed", False
        self._rows_left: int | None = None
        self.rows_per_s: float | None = None  # None: as fast as the bytes come
        self._pacing: asyncio.Task[None] | None = None
        self._debt = 0
        self.errors: list[str] = []
        self._reset()
        self._received, self._early = bytearray(), bytearray()

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
        self._received.clear()
        self._early.clear()
        self._reset()
        self._end(complete=False)

    def feed(self, data: bytes) -> None:
        for byte in data:
            self._early.append(byte)
            self._real_time()
        if self.rows_per_s is None:
            while self._step():
                pass
        elif self._pacing is None or self._pacing.done():
            self._pacing = asyncio.get_running_loop().create_task(self._pace())

    async def _pace(self) -> None:
        while self._step():
            if self._debt and self.rows_per_s:
                await asyncio.sleep(self._debt / self.rows_per_s)
                self._debt = 0

    def _real_time(self) -> None:
        """Take what is a real-time command out of the stream; let the rest through."""
        early = bytes(self._early)
        if len(early) == 3 and early[:2] == b"\x10\x04":
            self._reply(bytes((self._status(early[2]),)))
            self._early.clear()
        elif early == CLEAR:
            self._received.clear()
            self._line = Line()
            self._early.clear()
            self._end(complete=False)
        elif not CLEAR.startswith(early) and early != b"\x10\x04":
            self._early.clear()
            if not self.stopped and len(self._received) < BUFFER:
                self._received += early

    def _status(self, n: int) -> int:
        out = self._paper == "out"
        match n:
            case 1:
                bits = 0x08 if self.stopped else 0
            case 2:
                bits = 0x04 * (self._cover == "open") | 0x20 * out | 0x40 * self._heat
            case 3:
                bits = 0x40 * self._heat
            case _:
                bits = 0x0C * (self._paper != "in") | 0x60 * out
        return 0x12 | bits

    def _changed(self) -> None:
        if self.stopped:
            self._received.clear()
            self._line = Line()
            self._end(complete=False)

    def _reset(self) -> None:
        self._line = Line()
        self._alignment, self._across, self._down, self._bold = 0, 1, 1, False
        self._spacing = 30
        self._module, self._level, self._code = 3, "L", b""

    def _step(self) -> bool:
        """Interpret one command or character from the buffer; False when there is none that is whole."""
        data = self._received
        if not data or self.stopped:
            return False
        length = self._length(data)
        if length > len(data):
            return False
        command = bytes(data[:length])
        del data[:length]
        self._interpret(command)
        return True

    def _length(self, data: bytearray) -> int:
        """Bytes of the command at the head of data, or one more than there are when that is not known yet."""
        more = len(data) + 1
        if data[0] not in b"\x1b\x1d\x1c":
            return 2 if data[0] >= 0x81 else 1
        if len(data) < 2:
            return more
        head = bytes(data[:2])
        if head == b"\x1dV":
            return more if len(data) < 3 else 4 if data[2] in (65, 66) else 3
        if head == b"\x1d(":
            return more if len(data) < 5 else 5 + data[3] + 256 * data[4]
        if head == b"\x1dv":
            return more if len(data) < 8 else 8 + (data[4] + 256 * data[5]) * (data[6] + 256 * data[7])
        return LENGTHS.get(head, 2)

    def _interpret(self, command: bytes) -> None:
        slip = self._current
        match command[:2]:
            case b"\x1b@":
                self._reset()
            case b"\x1ba":
                self._alignment = command[2] % 48
            case b"\x1bE":
                self._bold = bool(command[2] & 1)
            case b"\x1b3":
                self._spacing = command[2]
            case b"\x1b2":
                self._spacing = 30
            case b"\x1bd":
                self._print_line()
                self._blank(command[2] * self._spacing)
            case b"\x1bJ":
                self._print_line()
                self._blank(command[2])
            case b"\x1d!":
                self._across, self._down = (command[2] >> 4) + 1, (command[2] & 15) + 1
            case b"\x1dr":
                self._reply(bytes((0x0C * (self._paper == "out") | 0x03 * (self._paper != "in"),)))
            case b"\x1dV":
                self._note(command)
                self._end(complete=True)
                return
            case b"\x1d(":
                self._code_function(command[5:])
            case b"\x1dv":
                self._raster(command)
            case b"\x1c&" | b"\x1c.":
                pass
            case _ if command[0] in b"\x1b\x1d\x1c":
                self.errors.append(f"unknown command {command.hex()}")
            case _:
                self._character(command)
        self._note(command, slip)

    def _note(self, command: bytes, slip: Slip | None = None) -> None:
        """Keep the bytes with the slip that they made; those before its first line count too."""
        target = self._current or slip
        if target:
            target.bytes += self._before + command
            self._before = b""
        else:
            self._before = (b"" if command == b"\x1b@" else self._before) + command

    _before = b""

    def _character(self, command: bytes) -> None:
        if command == b"\n":
            return self._print_line(feed=True)
        if len(command) == 2:
            char = self._glyphs().gb2312.get(int.from_bytes(command)) or "\ufffd"
        elif 0x20 <= command[0] < 0x7F:
            char = chr(command[0])
        else:
            self.errors.append(f"unknown byte {command.hex()}")
            return None
        if not self._line.add(char, self._across, self._down, self._bold):
            self._print_line()
            self._line.add(char, self._across, self._down, self._bold)
        return None

    def _print_line(self, feed: bool = False) -> None:
        line, self._line = self._line, Line()
        if line.cells or feed:
            line.align(self._alignment)
            height = max(self._spacing, line.height)
            self._put(line.text, self._slip().text_strip(line, height))

    def _blank(self, rows: int) -> None:
        if rows:
            self._put(None, Image.new("1", (DOTS * PIXELS, rows * PIXELS)))

    def _code_function(self, parameters: bytes) -> None:
        """GS ( k for QR (cn 49): 67 module size, 69 correction, 80 store, 81 print."""
        if parameters[:1] != b"1":
            self.errors.append(f"unknown code {parameters[:2].hex()}")
        elif parameters[1] == 67:
            self._module = parameters[2]
        elif parameters[1] == 69:
            self._level = LEVELS[parameters[2]]
        elif parameters[1] == 80:
            self._code = parameters[3:]
        elif parameters[1] == 81:
            code = Code(self._code, self._module, self._level)
            self._put(f"[QR {self._code.decode(errors='replace')}]", code.strip)

    def _raster(self, command: bytes) -> None:
        across, down = command[4] + 256 * command[5], command[6] + 256 * command[7]
        bits = Image.frombytes("1", (across * 8, down), command[8:])
        strip = Image.new("1", (DOTS * PIXELS, down * PIXELS))
        bits = bits.resize((bits.width * PIXELS, bits.height * PIXELS), Image.Resampling.NEAREST)
        strip.paste(
            bits, ((0, (strip.width - bits.width) // 2, strip.width - bits.width)[self._alignment], 0)
        )
        self._put(None, strip)

    def _slip(self) -> Slip:
        if self._current is None:
            self._current = Slip(self._glyphs)
        return self._current

    def _put(self, text: str | None, strip: Image.Image) -> None:
        """Feed a strip of paper; when the roll ends within it, only its upper part is printed."""
        slip, rows = self._slip(), strip.height // PIXELS
        if self._rows_left is not None and rows >= self._rows_left:
            strip = strip.crop((0, 0, strip.width, self._rows_left * PIXELS))
            text = text if rows == self._rows_left else None
            rows = self._rows_left
        slip.add(text, strip)
        self._debt += rows
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
