# SPDX-License-Identifier: MIT
"""Bus stubs of the simulated board: they carry bytes over one socket to the workbench's virtual chips.

Runs in the device process (MicroPython or CPython), so it stays thin. Frame: channel u8, length u16 BE,
payload (docs/hardware-wire.md). The drivers' bus interfaces: Spi, Matrix, Uart, Pwm, Port.
"""

import asyncio
import errno
import json
import select
import socket

from pos.compat import nodelay_socket, stream_reader
from pos.drivers.deadline import Deadline, wait

CONTROL, DISPLAY, KEYPAD, PRINTER, STRIPE, SCANNER, VOICE, BUZZER, LAMPS = 0, 1, 3, 4, 5, 6, 7, 8, 9
CONTACTLESS, CHIP, TAMPER = 10, 11, 12
SEND_TIMEOUT_MS = 5000
_CHUNK = 16384  # of one display write; a frame's length is a u16


class BenchGone(Exception):
    """The workbench does not take or give bytes any more. Exits: it ended, it crashed, it hangs."""


class Bench:
    """The device's end of the socket. `run` reads; `send` writes at once, from anywhere."""

    def __init__(self):
        self._socket = None
        self._poll = select.poll()
        self._head = bytearray(4)
        self._receivers = {}
        self._controls = []

    def connect(self, host, port):
        """Open the socket to the workbench; OSError when nothing listens there."""
        self._socket = socket.socket()
        self._socket.connect(socket.getaddrinfo(host, port)[0][-1])
        self._socket.setblocking(False)
        nodelay_socket(self._socket)
        self._poll.register(self._socket, select.POLLOUT)

    def attach(self, channel, receiver):
        """Payloads of `channel` go to receiver.feed(bytes)."""
        self._receivers[channel] = receiver

    def detach(self, channel):
        """Payloads of `channel` are dropped."""
        self._receivers.pop(channel, None)

    def on_control(self, callback):
        """Call callback(dict) for each control message from the workbench."""
        self._controls.append(callback)

    def send(self, channel, payload):
        self._frame(channel, len(payload), 3)
        self._write(payload)

    def send_level(self, channel, level, payload):
        """A payload that begins with one byte of its own, without copying the rest."""
        self._head[3] = level
        self._frame(channel, len(payload) + 1, 4)
        self._write(payload)

    def control(self, message):
        self.send(CONTROL, json.dumps(message).encode())

    async def run(self):
        """Carry what the workbench sends; its end is the end of the power, so the process ends."""
        reader = await stream_reader(self._socket)
        try:
            while True:
                head = await reader.readexactly(3)
                payload = await reader.readexactly(head[1] << 8 | head[2])
                self._dispatch(head[0], payload)
        except (EOFError, OSError):
            raise SystemExit("workbench gone") from None

    def _dispatch(self, channel, payload):
        if channel == CONTROL:
            message = json.loads(payload)
            for callback in self._controls:
                callback(message)
        elif channel in self._receivers:
            self._receivers[channel].feed(payload)

    def _frame(self, channel, length, size):
        head = self._head
        head[0], head[1], head[2] = channel, length >> 8, length & 255
        self._write(memoryview(head)[:size])

    def _write(self, data):
        """Send all of `data`, however little the non-blocking socket takes at a time."""
        sent, view = 0, memoryview(data)
        while sent < len(view):
            try:
                sent += self._socket.send(view[sent:] if sent else view)
            except OSError as error:
                if error.errno != errno.EAGAIN:
                    raise SystemExit("workbench gone") from None
                if not self._poll.poll(SEND_TIMEOUT_MS):
                    raise BenchGone("no room in %d ms" % SEND_TIMEOUT_MS) from None


class Spi:
    """`write(dc, buf)`: buf with the D/C line at dc, chip select around it."""

    def __init__(self, bench, channel=DISPLAY):
        self._bench, self._channel = bench, channel

    def write(self, dc, buf):
        view = memoryview(buf)
        for start in range(0, len(buf), _CHUNK):
            self._bench.send_level(self._channel, dc, view[start : start + _CHUNK])


class Matrix:
    """`read_row(row) -> mask`, bit per column, 1 = closed. Rows are read from 0 up, again and again.

    The workbench sends one contact state per scan period. They are kept in order and each full scan sees the
    next one, so that a press is seen with its bounce however slowly this process is scheduled.
    """

    def __init__(self, bench, rows=5, depth=64):
        self._now = bytearray(rows)
        self._states = []
        self._depth = depth
        bench.attach(KEYPAD, self)

    def feed(self, state):
        if len(self._states) < self._depth and len(state) == len(self._now):
            self._states.append(state)

    def read_row(self, row):
        if row == 0 and self._states:
            self._now[:] = self._states.pop(0)
        return self._now[row]


class Uart:
    """`write(buf)`; `any()`: bytes waiting; `readinto(buf) -> count`; `await wait(timeout_ms) -> bool`.

    Only `wait` waits. A full input buffer drops what comes, as hardware does, and counts it in `overruns`.
    """

    def __init__(self, bench, channel, size=256):
        self._bench, self._channel = bench, channel
        self._buffer = bytearray(size)
        self._length = 0
        self._arrived = asyncio.Event()
        self.overruns = 0
        bench.attach(channel, self)

    def write(self, buf):
        self._bench.send(self._channel, buf)

    def any(self):
        return self._length

    def readinto(self, buf):
        count = min(len(buf), self._length)
        buf[:count] = self._buffer[:count]
        self._buffer[: self._length - count] = self._buffer[count : self._length]
        self._length -= count
        return count

    async def wait(self, timeout_ms):
        """True when bytes are waiting within timeout_ms (None: no limit)."""
        deadline = Deadline(timeout_ms)
        while not self._length:
            self._arrived.clear()
            if not await wait(self._arrived, deadline.left_ms()):
                return False
        return True

    def feed(self, data):
        count = min(len(data), len(self._buffer) - self._length)
        self._buffer[self._length : self._length + count] = data[:count]
        self._length += count
        self.overruns += len(data) - count
        self._arrived.set()


class Pwm:
    """`tone(hz)`: square wave of hz, 0 = off."""

    def __init__(self, bench, channel=BUZZER):
        self._bench, self._channel = bench, channel

    def tone(self, hz):
        self._bench.send(self._channel, bytes((hz >> 8, hz & 255)))


class Port:
    """`write(mask)`: output pins, bit n for pin n."""

    def __init__(self, bench, channel=LAMPS):
        self._bench, self._channel = bench, channel

    def write(self, mask):
        self._bench.send(self._channel, bytes((mask,)))


class Contact:
    """`await opened()` returns when the contact that guards the case is open, at once if it is already."""

    def __init__(self, bench, channel=TAMPER):
        self._open = asyncio.Event()
        bench.attach(channel, self)

    def feed(self, level):
        if level[0]:
            self._open.set()
        else:
            self._open.clear()

    async def opened(self):
        await self._open.wait()
