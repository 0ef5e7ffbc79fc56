# SPDX-License-Identifier: MIT
"""The receipt printer at work: prints in small chunks and asks between them, so that no failure goes unnoticed.

Bytes are made in escpos.py. The bus is a UART (boards/sim/bus.py).
"""

import asyncio

from pos.compat import const
from pos.drivers import DeviceTimeout, escpos
from pos.drivers.deadline import Deadline

# Four questions, of a printer that may be feeding a code just then, or on a busy Linux.
STATUS_TIMEOUT_MS = const(2500)
CHUNK_TIMEOUT_MS = const(4000)  # eight lines at 20 mm/s, with room
_CHUNK_LINES = const(8)
_FEED_AT_END = const(3)


class PrinterError(Exception):
    """The slip is not complete. `reason`: paper, cover, heat, offline."""

    def __init__(self, reason):
        super().__init__("printer: " + reason)
        self.reason = reason


class Printer:
    """`font` gives printer codes; `dots` counts the rows printed since it was switched on."""

    def __init__(self, uart, font):
        self._uart, self._font = uart, font
        self._byte = bytearray(1)
        self._synced = None
        self._busy = asyncio.Lock()
        self.dots = 0

    async def status(self, timeout_ms=STATUS_TIMEOUT_MS):
        """PrinterStatus. DeviceTimeout exits: no printer, no power, cable off, noise for all of timeout_ms."""
        deadline = Deadline(timeout_ms)
        answers = []
        for n in (1, 2, 3, 4):
            self._drain()
            self._uart.write(escpos.query(n))
            answers.append(await self._answer(escpos.is_status, deadline))
        return escpos.status(*answers)

    async def print(self, lines):
        """Print lines (text, align, size, bold), codes (data) and "cut". PrinterError when it is not complete."""
        async with self._busy:
            await self._check()
            self._uart.write(escpos.INIT)
            pending = 0
            for line in lines:
                self._uart.write(self._bytes(line))
                pending += 1
                if pending == _CHUNK_LINES:
                    await self._sync()
                    pending = 0
            await self._sync()

    def _bytes(self, line):
        if line == "cut":
            self.dots += _FEED_AT_END * escpos.LINE_DOTS
            return escpos.feed(_FEED_AT_END) + escpos.cut()
        if hasattr(line, "data"):
            self.dots += escpos.qr_dots(line.data)
            return escpos.qr(line.data)
        self.dots += escpos.text_dots(line.size)
        return escpos.text_line(line.text, line.align, line.size, line.bold, self._font.printer_code)

    async def _check(self):
        """PrinterError when the printer cannot go on."""
        try:
            now = await self.status()
        except DeviceTimeout:
            raise PrinterError("offline") from None
        if now.cover_open:
            raise PrinterError("cover")
        if not now.paper:
            raise PrinterError("paper")
        if now.overheated:
            raise PrinterError("heat")
        if not now.online:
            raise PrinterError("offline")

    async def _sync(self):
        """Wait until all sent so far is on paper. A stopped printer does not answer: then ask why."""
        self._drain()
        self._synced = None
        self._uart.write(escpos.SYNC)
        deadline = Deadline(CHUNK_TIMEOUT_MS)
        while True:
            try:
                await self._answer(escpos.is_sync, Deadline(min(STATUS_TIMEOUT_MS, deadline.left_ms())))
            except DeviceTimeout:
                pass
            if self._on_paper():
                return
            await self._stopped(deadline)
            # A slow printer may have answered while it was asked why it does not.
            if self._on_paper():
                return

    def _on_paper(self):
        return self._synced is not None and not self._synced & 0x0C

    async def _stopped(self, deadline):
        """No answer yet: PrinterError, after dropping the rest of the slip, unless it is only slow."""
        try:
            await self._check()
            if deadline.passed():
                raise PrinterError("offline")
        except PrinterError:
            self._uart.write(escpos.CLEAR)
            raise

    async def _answer(self, wanted, deadline):
        """Next byte that is an answer of the wanted kind; others are noise."""
        while await self._uart.wait(deadline.left_ms()):
            if wanted(self._read()):
                return self._byte[0]
        raise DeviceTimeout("printer")

    def _drain(self):
        while self._uart.any():
            self._read()

    def _read(self):
        """One byte; an answer to SYNC is kept, whoever reads it."""
        self._uart.readinto(self._byte)
        if escpos.is_sync(self._byte[0]):
            self._synced = self._byte[0]
        return self._byte[0]
