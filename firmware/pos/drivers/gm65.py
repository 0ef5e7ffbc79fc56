# SPDX-License-Identifier: MIT
"""GROW GM65 code scanner over a UART (user manual V1.3, sections 2 and 3): command frames, then text and CR.

Command: 7E 00, type, length of data, address of the zone, data, CRC-CCITT over type … data.
Answer: 02 00, 00 for success, length, data, CRC.
"""

from pos.compat import const
from pos.drivers import DeviceTimeout
from pos.drivers.deadline import Deadline

_WRITE = const(8)
_MODE, _TRIGGER, _READ_TIME = const(0x0000), const(0x0002), const(0x0006)  # zones
_COMMAND_MODE = const(0xD5)  # lamp and sight on, sound off, scan when triggered by command
_ACK_MS = const(300)
_GAP_MS = const(200)  # between two characters of one code
_LONGEST = const(128)
_CR = const(13)
_ANSWER = const(7)  # bytes of an answer to a write


class ScanError(Exception):
    """What was scanned is not usable text. `reason`: unreadable."""

    def __init__(self, reason):
        super().__init__("scanner: " + reason)
        self.reason = reason


def crc(data):
    """CRC-CCITT, polynomial 1021, start 0."""
    value = 0
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return value


def write_zone(address, value):
    """Command that writes one byte into a zone."""
    body = bytes((_WRITE, 1, address >> 8, address & 255, value))
    check = crc(body)
    return b"\x7e\x00" + body + bytes((check >> 8, check & 255))


class Acknowledge:
    """Finds one answer frame in a stream that may carry other bytes."""

    def __init__(self):
        self._frame = bytearray()

    def feed(self, byte):
        """None until a frame with a right CRC is complete, then whether it says success."""
        frame = self._frame
        frame.append(byte)
        while frame and not self._plausible():
            self._frame = frame = frame[1:]
        if len(frame) < _ANSWER:
            return None
        self._frame = bytearray()
        good = crc(frame[2:5]) == frame[5] << 8 | frame[6]
        return frame[2] == 0 if good else None

    def _plausible(self):
        """Whether an answer with one byte of data can begin like this."""
        frame = self._frame
        return b"\x02\x00".startswith(bytes(frame[:2])) and (len(frame) < 4 or frame[3] == 1)


class GM65:
    """The scanner on its UART; it lights and reads between `start` and `stop`."""

    def __init__(self, uart):
        self._uart = uart
        self._byte = bytearray(1)
        self._ready = False

    async def start(self):
        """Light up and scan. DeviceTimeout exits: scanner absent, unpowered, at another speed."""
        if not self._ready:
            await self._write(_MODE, _COMMAND_MODE)
            await self._write(_READ_TIME, 0)  # until stopped
            self._ready = True
        await self._write(_TRIGGER, 1)

    async def stop(self):
        """Dark again. DeviceTimeout as `start`."""
        await self._write(_TRIGGER, 0)

    async def read(self, timeout_ms=None):
        """Text of the next code. DeviceTimeout exits: nothing scanned, not started. ScanError: scan again."""
        line = bytearray()
        while await self._uart.wait(_GAP_MS if line else timeout_ms):
            self._uart.readinto(self._byte)
            if self._byte[0] == _CR:
                return self._text(line)
            if len(line) <= _LONGEST:
                line.append(self._byte[0])
        if line:
            raise ScanError("unreadable")
        raise DeviceTimeout("scanner")

    def _text(self, line):
        if not 0 < len(line) <= _LONGEST or any(not 0x20 <= byte < 0x7F for byte in line):
            raise ScanError("unreadable")
        return bytes(line).decode()

    async def _write(self, zone, value):
        while self._uart.any():
            self._uart.readinto(self._byte)
        self._uart.write(write_zone(zone, value))
        answer, deadline = Acknowledge(), Deadline(_ACK_MS)
        while await self._uart.wait(deadline.left_ms()):
            self._uart.readinto(self._byte)
            if answer.feed(self._byte[0]):
                return
        self._ready = False
        raise DeviceTimeout("scanner")
