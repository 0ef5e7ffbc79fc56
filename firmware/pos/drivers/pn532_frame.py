# SPDX-License-Identifier: MIT
"""Frames of the NXP PN532 (UM0701-02 section 6.2.1): normal and extended information, ACK, NACK, error.

00 00 FF, length, its complement, data, complement of the data's sum, 00. Parser apart from the line that carries it.
"""

from pos.compat import const

ACK, NACK, INFORMATION, GARBLED = const(1), const(2), const(3), const(4)
ACK_FRAME = b"\x00\x00\xff\x00\xff\x00"
NACK_FRAME = b"\x00\x00\xff\xff\x00\x00"
LONGEST = const(265)  # bytes of data: TFI, code, status and 262 of a card
LONGEST_FRAME = const(LONGEST + 11)
_EXTENDED = const(5)  # bytes of an extended frame's length


def frame(data):
    """The information frame around `data` (TFI first)."""
    length = len(data)
    if length < 256:
        head = bytes((length, -length & 255))
    else:
        head = bytes((255, 255, length >> 8, length & 255, -((length >> 8) + length) & 255))
    return b"\x00\x00\xff" + head + data + bytes((-sum(data) & 255, 0))


class Frames:
    """Finds one frame after the other in a stream that may carry other bytes; one buffer for all."""

    def __init__(self):
        self._data = bytearray(LONGEST + 2)  # with its check and the postamble
        self._head = bytearray(_EXTENDED)
        self.restart()

    def restart(self):
        """Look for the next start code."""
        self._last, self._started, self._count, self._length = 0xFF, False, 0, 0

    @property
    def data(self):
        """What the last information frame carried, until the next byte is fed."""
        return memoryview(self._data)[: self._length]

    def feed(self, byte):
        """None while nothing is complete, else ACK, NACK, INFORMATION, or GARBLED for a frame with a wrong check."""
        if not self._started:
            self._started = self._last == 0 and byte == 0xFF
            self._last, self._count, self._length = byte, 0, 0
            return None
        if self._length:
            return self._body(byte)
        self._head[self._count] = byte
        self._count += 1
        return self._short() if self._count == 2 else self._extended() if self._count == _EXTENDED else None

    def _short(self):
        low, complement = self._head[0], self._head[1]
        if low + complement == 0xFF:
            self.restart()
            return ACK if complement else NACK
        if low + complement != 0x1FE:
            self._expect(low, low + complement)
        return None

    def _extended(self):
        high, low = self._head[2], self._head[3]
        self._expect(high << 8 | low, high + low + self._head[4])

    def _expect(self, length, check):
        """Data of `length` bytes follow when the sum `check` says so; else look on."""
        if check & 255 or not 0 < length <= LONGEST:
            self.restart()
        else:
            self._length, self._count = length, 0

    def _body(self, byte):
        self._data[self._count] = byte
        self._count += 1
        if self._count < self._length + 2:
            return None
        self._started, self._last = False, 0xFF
        # Without a look at the postamble, a lost 00 would leave the sum right.
        return GARBLED if byte or sum(memoryview(self._data)[: self._count]) & 255 else INFORMATION
