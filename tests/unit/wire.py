# SPDX-License-Identifier: MIT
"""Buses for driver tests: they keep what was written and give what the test put in."""

import asyncio

from pos.drivers.deadline import Deadline, wait


class FakeUart:
    """`answers`: list of bytes, one for each write, put in when it is written."""

    def __init__(self, incoming=b"", answers=()):
        self.sent = b""
        self.writes = []
        self._input = bytearray(incoming)
        self._answers = list(answers)
        self._arrived = asyncio.Event()

    def receive(self, data):
        self._input += data
        self._arrived.set()

    def write(self, buf):
        self.sent += bytes(buf)
        self.writes.append(bytes(buf))
        if self._answers:
            self.receive(self._answers.pop(0))

    def any(self):
        return len(self._input)

    def readinto(self, buf):
        count = min(len(buf), len(self._input))
        buf[:count] = self._input[:count]
        self._input = self._input[count:]
        return count

    async def wait(self, timeout_ms):
        deadline = Deadline(timeout_ms)
        while not self._input:
            self._arrived.clear()
            if not await wait(self._arrived, deadline.left_ms()):
                return False
        return True


class FakeSpi:
    def __init__(self):
        self.frames = []

    def write(self, dc, buf):
        self.frames.append((dc, bytes(buf)))


class FakeMatrix:
    """Contact state: the closed (row, column) positions."""

    def __init__(self):
        self.closed = ()

    def read_row(self, row):
        return sum(1 << column for r, column in self.closed if r == row)


class FakeDisplay:
    """Counts blits and keeps the left `crop` pixels of each line, so that a colour picture fits a small heap."""

    def __init__(self, width, height, depth, crop):
        self.width, self.height, self.depth = width, height, depth
        self._crop = crop * depth // 8
        self.blits = []
        self.lines = {}

    def blit(self, x, y, w, h, buf):
        assert (x, w) == (0, self.width) and len(buf) == w * h * self.depth // 8
        self.blits.append(y)
        pitch = w * self.depth // 8
        for line in range(h):
            self.lines[y + line] = bytes(buf[line * pitch : line * pitch + self._crop])
