# SPDX-License-Identifier: MIT
"""Direct wires between a driver and a virtual chip, for tests that need no socket and no process."""

import asyncio


class DirectUart:
    """Both ends of a UART line: the driver's bus, and `receive` for what the chip sends."""

    def __init__(self) -> None:
        self.chip = None
        self.sent = b""
        self._input = bytearray()
        self._arrived = asyncio.Event()

    def receive(self, data: bytes) -> None:
        self._input += data
        self._arrived.set()

    def write(self, buf) -> None:
        self.sent += bytes(buf)
        if self.chip:
            self.chip.feed(bytes(buf))

    def any(self) -> int:
        return len(self._input)

    def readinto(self, buf) -> int:
        count = min(len(buf), len(self._input))
        buf[:count] = self._input[:count]
        del self._input[:count]
        return count

    async def wait(self, timeout_ms) -> bool:
        while not self._input:
            self._arrived.clear()
            try:
                await asyncio.wait_for(
                    self._arrived.wait(), None if timeout_ms is None else timeout_ms / 1000
                )
            except TimeoutError:
                return False
        return True


class DirectSpi:
    def __init__(self, chip) -> None:
        self.chip = chip

    def write(self, dc, buf) -> None:
        self.chip.feed(dc, bytes(buf))


class _Irq:
    """The IRQ line of a chip that holds its answers until they are read."""

    def __init__(self, chip_end) -> None:
        self._low = asyncio.Event()
        self.end = chip_end(self._told)

    def _told(self, ready: bool) -> None:
        (self._low.set if ready else self._low.clear)()

    async def wait(self, timeout_ms) -> bool:
        try:
            await asyncio.wait_for(self._low.wait(), timeout_ms / 1000)
        except TimeoutError:
            return False
        return True


class SpiWire(_Irq):
    """SPI with chip select around each call."""

    def write(self, head, buf) -> None:
        if not self.end.chip.absent:
            self.end.select(bytes(head) + bytes(buf))

    def read(self, head, buf) -> None:
        buf[:] = self.end.select(bytes(head), len(buf))


class I2cWire(_Irq):
    """I2C; an address that is not acknowledged is an OSError, as on the boards."""

    def writeto(self, address, buf) -> None:
        if not self.end.write(address, bytes(buf)):
            raise OSError(19, "ENODEV")

    def readfrom_into(self, address, buf) -> None:
        data = self.end.read(address, len(buf))
        if not data:
            raise OSError(19, "ENODEV")
        buf[:] = data
