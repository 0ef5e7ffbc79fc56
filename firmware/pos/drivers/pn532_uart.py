# SPDX-License-Identifier: MIT
"""PN532 on a UART, 115 200 baud, 8N1 (UM0701-02 section 6.2.4: HSU)."""

from pos.compat import const

_CHUNK = const(64)
_WAKE = b"\x55\x55" + bytes(14)


class UartLine:
    """Bus: Uart of the board."""

    def __init__(self, uart):
        self._uart = uart
        self._chunk = bytearray(_CHUNK)
        self._next = self._end = 0

    def wake(self):
        self._uart.write(_WAKE)

    def clear(self):
        """Drop what was received."""
        self._next = self._end = 0
        while self._uart.any():
            self._uart.readinto(self._chunk)

    def send(self, frame):
        self._uart.write(frame)

    async def receive(self, frames, deadline, size):
        """What `frames` finds next; None when the time is over. `size` is for lines that are read in one go."""
        while True:
            while self._next < self._end:
                self._next += 1
                found = frames.feed(self._chunk[self._next - 1])
                if found:
                    return found
            if not await self._uart.wait(deadline.left_ms()):
                return None
            self._next, self._end = 0, self._uart.readinto(self._chunk)
