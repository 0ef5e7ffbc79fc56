# SPDX-License-Identifier: MIT
"""PN532 on SPI or I2C (UM0701-02 sections 6.2.5 and 6.2.6): a frame is read in one go once the IRQ line is low.

SPI: up to 5 MHz, mode 0, least significant bit first. I2C: address 24, 400 kHz, so that a frame takes under 10 ms.
"""

from pos.compat import const
from pos.drivers.pn532_frame import GARBLED, LONGEST_FRAME

_I2C_ADDRESS = const(0x24)
_WRITE, _READ = b"\x01", b"\x03"
_READY = const(1)


class SpiBurst:
    """Bus: `write(head, buf)` and `read(head, buf)` with chip select around, `await wait(timeout_ms)` for IRQ."""

    skipped = 0  # bytes before a frame

    def __init__(self, spi):
        self._spi = spi
        self.wait = spi.wait

    def wake(self):
        self._spi.write(b"\x00", b"")  # the select line wakes it

    def write(self, frame):
        self._spi.write(_WRITE, frame)

    def read(self, buf):
        self._spi.read(_READ, buf)


class I2cBurst:
    """Bus: `writeto(address, buf)`, `readfrom_into(address, buf)`, `await wait(timeout_ms)` for IRQ."""

    skipped = 1  # the ready byte

    def __init__(self, i2c):
        self._i2c = i2c
        self.wait = i2c.wait

    def wake(self):
        try:
            self._i2c.writeto(_I2C_ADDRESS, b"")
        except OSError:
            pass  # its first address after sleep is not acknowledged; that wakes it

    def write(self, frame):
        try:
            self._i2c.writeto(_I2C_ADDRESS, frame)
        except OSError:
            pass  # busy or absent: there will be no ACK frame, which the driver takes care of

    def read(self, buf):
        try:
            self._i2c.readfrom_into(_I2C_ADDRESS, buf)
        except OSError:
            buf[0] = 0


class BurstLine:
    """The same line interface as a UART's, over SpiBurst or I2cBurst."""

    def __init__(self, burst):
        self._burst = burst
        self._buf = bytearray(LONGEST_FRAME + burst.skipped)
        self.wake, self.send = burst.wake, burst.write

    def clear(self):
        """Nothing is kept between two reads."""

    async def receive(self, frames, deadline, size):
        """What `frames` finds in the next `size` bytes; None when the time is over."""
        if not await self._burst.wait(deadline.left_ms()):
            return None
        skipped = self._burst.skipped
        view = memoryview(self._buf)[: size + skipped]
        self._burst.read(view)
        if skipped and not view[0] & _READY:
            return GARBLED
        frames.restart()
        for byte in view[skipped:]:
            found = frames.feed(byte)
            if found:
                return found
        return GARBLED
