# SPDX-License-Identifier: MIT
"""The edges of a simulated terminal: they keep the contracts of the drivers, the screen, the clock and the log."""

import asyncio
from pathlib import Path

from pos.drivers import DeviceTimeout
from pos.drivers.magstripe import StripeError
from pos.drivers.printer import PrinterError
from simulation.clock import START_S
from suanpan.simulator.invariants import Slip

BUILD_FLOOR_S = 1_735_689_600  # as boards/unix/clock.py


class Mailbox:
    """From the person's hand to a driver; an exception is raised at the reader."""

    def __init__(self) -> None:
        self._waiting: list = []
        self._reader: asyncio.Future | None = None

    def put(self, thing) -> None:
        self._waiting.append(thing)
        if self._reader and not self._reader.done():
            self._reader.set_result(None)

    def clear(self) -> None:
        self._waiting.clear()

    async def get(self, timeout_ms: int | None):
        if not self._waiting:
            loop = asyncio.get_running_loop()
            self._reader = future = loop.create_future()
            timer = None if timeout_ms is None else loop.call_later(timeout_ms / 1000, _end, future)
            try:
                await future
            finally:
                if timer:
                    timer.cancel()
        if not self._waiting:
            raise DeviceTimeout()
        thing = self._waiting.pop(0)
        if isinstance(thing, Exception):
            raise thing
        return thing


def _end(future: asyncio.Future) -> None:
    if not future.done():
        future.set_result(None)


class Keypad(Mailbox):
    async def key(self, timeout_ms=None):
        try:
            return await self.get(timeout_ms)
        except DeviceTimeout:
            return None


class Reader(Mailbox):
    """Stripe and scanner."""

    read = Mailbox.get

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass


class Printer:
    """Paper comes out in pieces, so that power may go in the middle."""

    def __init__(self, terminal) -> None:
        self._terminal = terminal
        self.slips: list[Slip] = []
        self.troubles: list[str] = []

    async def print(self, lines) -> None:
        text = "\n".join(line.text for line in lines if line != "cut")
        await asyncio.sleep(self._terminal.world.random.randint(100, 900) / 1000)
        if self._terminal.board is None or self._terminal.board.printer is not self:
            return
        if self.troubles:
            self._out(text[: len(text) // 2], False)
            raise PrinterError(self.troubles.pop(0))
        self._out(text, True)

    def _out(self, text: str, complete: bool) -> None:
        self.slips.append(Slip(text, complete))
        self._terminal.world.note(self._terminal.name, f"prints {'a slip' if complete else 'half a slip'}")


class Ears:
    """Voice, buzzer and lamps."""

    def say(self, text) -> None:
        pass

    beep = say

    def set(self, name, on) -> None:
        pass


class WallClock:
    """The terminal's clock: off by `skew_s`, corrected by what the host says, until the power goes."""

    def __init__(self, world, skew_s: int) -> None:
        self._world, self._offset_s, self._learnt, self._floor_s = world, skew_s, False, 0

    def now(self) -> int:
        return max(self._floor_s, int(START_S + self._world.clock.now) + self._offset_s)

    def not_before(self, seconds: int) -> None:
        self._floor_s = seconds

    @property
    def trusted(self) -> bool:
        return self._learnt or self.now() >= BUILD_FLOOR_S

    def learn(self, host_seconds: int) -> None:
        self._offset_s = host_seconds - int(START_S + self._world.clock.now)
        self._floor_s, self._learnt = host_seconds, True

    def jump(self, seconds: int) -> None:
        self._offset_s += seconds
        self._learnt = False


class Screen:
    """Tells the person and the checks what it shows; a dark screen shows nothing."""

    def __init__(self, terminal) -> None:
        self._terminal = terminal
        self.dark = False

    def show(self, view) -> None:
        if not self.dark:
            self._terminal.shows(view)


class Board:
    """What one power-on finds; the flash, the printer's slips and the purse outlive it."""

    simulated = True

    def __init__(self, terminal, profile: Path, skew_s: int) -> None:
        self._terminal = terminal
        self.profile_dir = str(profile)
        self.clock = WallClock(terminal.world, skew_s)
        self.journal_device = terminal.flash
        self.key_device = lambda: terminal.register
        self.link = terminal.link
        self.keypad, self.stripe, self.scanner = Keypad(), Reader(), Reader()
        self.printer = Printer(terminal)
        self.voice = self.buzzer = self.lamps = Ears()
        self.screen = Screen(terminal)

    def release(self, kept=None) -> None:
        pass

    def entropy(self, count: int) -> bytes:
        return self._terminal.world.random.randbytes(count)


class LogText:
    """The log's output, kept so that secrets can be looked for."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, text: str) -> None:
        self.lines.append(text)


def bad_swipe() -> StripeError:
    return StripeError("lrc")
