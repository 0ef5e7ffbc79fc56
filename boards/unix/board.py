# SPDX-License-Identifier: MIT
"""The board `unix`: real drivers on the simulated board's buses; everything hardware is constructed here.

Wiring of the virtual chips: docs/hardware-wire.md.
"""

import os
import sys

from boards.sim import bus, heap
from boards.unix.clock import Clock
from pos.compat import urandom
from pos.drivers.buzzer import Buzzer
from pos.drivers.keypad import Keypad
from pos.drivers.lamps import Lamps
from pos.drivers.st7789 import ST7789

FONTS = ("/rom/font16.bin", "build/font16.bin")


def font_path():
    """The font file: $SUANPAN_FONT, the ROM image's, or the source tree's. OSError when there is none."""
    named = os.getenv("SUANPAN_FONT")
    for path in (named,) if named else FONTS:
        try:
            os.stat(path)
            return path
        except OSError:
            continue
    raise OSError("no font file; build it with: suanpan firmware font")


class Board:
    """The application is handed the attributes; `await start()` first, then run every one of `tasks()`."""

    name = "unix"
    simulated = True

    def __init__(self, profile_dir, bench):
        """bench: "host:port" of the workbench."""
        self.profile_dir = profile_dir
        self.font_path = font_path()
        self._address = bench
        self._bench = wire = bus.Bench()
        self.display = ST7789(bus.Spi(wire))
        self.keypad = Keypad(bus.Matrix(wire))
        self.buzzer = Buzzer(bus.Pwm(wire))
        self.lamps = Lamps(bus.Port(wire))
        self.clock = Clock()
        wire.on_control(self.clock.control)

    async def start(self):
        """Connect to the workbench and wake the display. OSError when there is no workbench."""
        host, port = self._address.rsplit(":", 1)
        self._bench.connect(host, int(port))
        self._bench.control({"event": "hello", "runtime": sys.implementation.name})
        await self.display.init()

    def tasks(self):
        """(name, coroutine function) of each task that the board needs."""
        return (
            ("bench", self._bench.run),
            ("keypad", self.keypad.run),
            ("buzzer", self.buzzer.run),
            ("heap", self._report_heap),
        )

    def entropy(self, count):
        return urandom(count)

    async def _report_heap(self):
        await heap.report(self._bench)
