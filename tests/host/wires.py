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
