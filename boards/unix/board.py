# SPDX-License-Identifier: MIT
"""The board `unix`: real drivers on the simulated board's buses; everything hardware is constructed here.

Wiring of the virtual chips: docs/hardware-wire.md.
"""

import os
import sys

from boards.sim import bus, heap
from boards.sim.cut import CutDevice
from boards.unix.clock import Clock
from pos.compat import let_go, mapped, urandom
from pos.drivers.buzzer import Buzzer
from pos.drivers.keypad import Keypad
from pos.drivers.lamps import Lamps
from pos.drivers.st7789 import ST7789
from pos.drivers.syn6288 import SYN6288
from pos.journal.devices import FileDevice
from pos.net.link import TcpLink
from pos.ui.font import Font

FONTS = ("/rom/font16.bin", os.getenv("SUANPAN_FONT") or "build/font16.bin")


def font_path():
    """The font file: the ROM image's, which costs no memory, else $SUANPAN_FONT, else the source tree's."""
    for path in FONTS:
        try:
            os.stat(path)
            return path
        except OSError:
            continue
    raise OSError("no font file; build it with: suanpan firmware font")


class Board:
    """The application is handed the attributes; `await start()` first, then run every one of `tasks()`."""

    simulated = True

    def __init__(self, profile_dir, bench):
        """bench: "host:port" of the workbench."""
        self.profile_dir = profile_dir
        self.font = Font(mapped(font_path()))
        self._address = bench
        self._bench = wire = bus.Bench()
        self.display = ST7789(bus.Spi(wire))
        self.keypad = Keypad(bus.Matrix(wire))
        self._printer = self._stripe = self._scanner = self._contactless = self._chip = None
        self.voice = SYN6288(bus.Uart(wire, bus.VOICE, 16))
        self.buzzer = Buzzer(bus.Pwm(wire))
        self.lamps = Lamps(bus.Port(wire))
        self.tamper = bus.Contact(wire)
        self.clock = Clock()
        self.link = TcpLink()
        self._flash = None
        self.key_device = self._key_register if FileDevice.exists(self._register_path) else None
        wire.on_control(self.clock.control)

    # Printer and readers are built when they are wanted and given back with `release`: a terminal uses one
    # of them at a time, and their memory is the next one's.

    @property
    def printer(self):
        if self._printer is None:
            from pos.drivers.printer import Printer

            self._printer = Printer(bus.Uart(self._bench, bus.PRINTER, 16), self.font)
        return self._printer

    @property
    def stripe(self):
        if self._stripe is None:
            from pos.drivers.magstripe import StripeReader

            self._stripe = StripeReader(bus.Uart(self._bench, bus.STRIPE))
        return self._stripe

    @property
    def scanner(self):
        if self._scanner is None:
            from pos.drivers.gm65 import GM65

            self._scanner = GM65(bus.Uart(self._bench, bus.SCANNER, 160))
        return self._scanner

    @property
    def contactless(self):
        if self._contactless is None:
            from pos.drivers.pn532 import PN532
            from pos.drivers.pn532_uart import UartLine

            self._contactless = PN532(UartLine(bus.Uart(self._bench, bus.CONTACTLESS, 300)))
        return self._contactless

    @property
    def chip(self):
        if self._chip is None:
            from pos.drivers.ccid import Ccid
            from pos.drivers.ccid_serial import SerialLine

            self._chip = Ccid(SerialLine(bus.Uart(self._bench, bus.CHIP, 300)))
        return self._chip

    def release(self, kept=None):
        """Give back printer and readers, but for the one of name `kept`; nobody is using them."""
        for channel in (bus.PRINTER, bus.STRIPE, bus.SCANNER):
            self._bench.detach(channel)
        self._printer = self._stripe = self._scanner = None
        let_go("pos.drivers.printer", "pos.drivers.escpos", "pos.drivers.magstripe", "pos.drivers.gm65")
        if kept != "contactless":
            self._bench.detach(bus.CONTACTLESS)
            self._contactless = None
            let_go("pos.drivers.pn532", "pos.drivers.pn532_uart", "pos.drivers.pn532_frame")
        if kept != "chip":
            self._bench.detach(bus.CHIP)
            self._chip = None
            let_go("pos.drivers.ccid", "pos.drivers.ccid_serial", "pos.cards.atr")

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

    @property
    def journal_device(self):
        """The flash image of the profile. OSError when there is none: make it with suanpan sim."""
        if self._flash is None:
            device = FileDevice(self.profile_dir + "/flash.img")
            self._flash = CutDevice(device, self._report_cut)
            self._bench.on_control(self._flash.control)
        return self._flash

    @property
    def _register_path(self):
        return self.profile_dir + "/dukpt.img"

    def _key_register(self):
        """The register of DUKPT keys, for its user to close."""
        return FileDevice(self._register_path)

    def entropy(self, count):
        return urandom(count)

    def _report_cut(self):
        self._bench.control({"event": "cut"})

    async def _report_heap(self):
        await heap.report(self._bench)
