# SPDX-License-Identifier: MIT
"""CCID messages on a serial line, as the GemCore readers frame them: 115 200 baud, 8N2.

03 06, the message, exclusive or of all that; 03 15 16 asks for the last one again. Outside of frames the reader
tells a card's coming and going (50 03, 50 02) and asks for time (80 to FF).
"""

from pos.compat import const
from pos.drivers.deadline import Deadline

MESSAGE, NAK, GARBLED, MORE_TIME, MOVED = const(1), const(2), const(3), const(4), const(5)
NAK_FRAME = b"\x03\x15\x16"
LONGEST = const(271)  # bytes of a message: header and a short APDU
HEADER = const(10)
_SYNC, _ACK, _NAK, _CHANGE, _TIME = const(0x03), const(0x06), const(0x15), const(0x50), const(0x80)
_OUTSIDE, _CONTROL, _REFUSAL, _MOVED, _BODY, _AFTER = (
    const(0),
    const(1),
    const(2),
    const(3),
    const(4),
    const(5),
)
_ABSENT, _PRESENT, _FROM_READER = const(2), const(3), const(0x80)
_LENGTH_END = const(5)
_CHUNK = const(64)
_GAP_MS = const(50)  # silence inside of a frame: a byte is lost
_QUIET_MS = const(3)  # behind a frame


def check(data):
    """LRC of a message with the two bytes before it; 0 over a message and its LRC."""
    value = _SYNC ^ _ACK
    for byte in data:
        value ^= byte
    return value


class Frames:
    """Finds one frame after the other in a stream of bytes; one buffer for all."""

    def __init__(self):
        self._data = bytearray(LONGEST + 1)  # with its check
        self._length = 0
        self.restart()

    def restart(self):
        """Outside of any frame."""
        self._state, self._count, self._size = _OUTSIDE, 0, HEADER + 1

    @property
    def message(self):
        """The last message, until another one begins."""
        return memoryview(self._data)[: self._length]

    @property
    def inside(self):
        return self._state not in (_OUTSIDE, _AFTER)

    def feed(self, byte):
        """What `byte` completes, else None."""
        state = self._state
        if state == _BODY:
            return self._body(byte)
        if state == _CONTROL:
            self._state = _BODY if byte == _ACK else _REFUSAL if byte == _NAK else _OUTSIDE
            return None if self._state else GARBLED
        self._state = _OUTSIDE
        if state == _REFUSAL:
            return NAK if byte == _SYNC ^ _NAK else GARBLED
        if state == _MOVED:
            return MOVED if byte in (_ABSENT, _PRESENT) else GARBLED
        return self._begin(byte, state == _AFTER)

    def _begin(self, byte, after):
        if byte == _CHANGE:
            self._state = _MOVED
            return None
        if after:  # a byte came twice in the frame before, which its check need not have noticed
            return GARBLED
        if byte != _SYNC:
            return MORE_TIME if byte >= _TIME else GARBLED
        self._state, self._count, self._size = _CONTROL, 0, HEADER + 1
        return None

    def _body(self, byte):
        self._data[self._count] = byte
        self._count += 1
        if self._count == _LENGTH_END:
            length = int.from_bytes(self._data[1:_LENGTH_END], "little")
            if length > LONGEST - HEADER:
                self._state = _OUTSIDE
                return GARBLED
            self._size = HEADER + length + 1
        if self._count < self._size:
            return None
        self._length = self._size - 1
        right = not check(memoryview(self._data)[: self._size])
        self._state = _AFTER if right else _OUTSIDE
        return MESSAGE if right else GARBLED


class SerialLine:
    """Bus: Uart of the board. One message is on its way at a time."""

    def __init__(self, uart):
        self._uart = uart
        self._frames = Frames()
        self._chunk = bytearray(_CHUNK)
        self._next = self._end = 0
        self._out = bytearray(LONGEST + 3)
        self._out[0], self._out[1] = _SYNC, _ACK
        self._size = 0
        self.moved = False  # a card came or went since the last `put`

    @property
    def message(self):
        """What was received last, until the next `receive`."""
        return self._frames.message

    def put(self, header, data):
        """The message to send: HEADER bytes and its data. Nothing received before it is kept."""
        out, size = self._out, 2 + HEADER + len(data)
        out[2 : 2 + HEADER] = header
        out[2 + HEADER : size] = data
        out[size] = check(memoryview(out)[2:size])
        self._size, self.moved = size + 1, False
        self._frames.restart()
        self._next = self._end = 0
        while self._uart.any():
            self._uart.readinto(self._chunk)

    def send(self):
        self._uart.write(memoryview(self._out)[: self._size])

    def ask_again(self):
        """For the reader's last message."""
        self._uart.write(NAK_FRAME)

    def forget(self):
        """What was sent: it may be a PIN."""
        for i in range(2, self._size):
            self._out[i] = 0

    async def receive(self, deadline):
        """MESSAGE of the reader, NAK, MORE_TIME, MOVED or GARBLED; None when the time is over."""
        while True:
            event = await self._event(deadline)
            if event == MESSAGE:
                if self.message[0] < _FROM_READER:  # an echo, as some readers have it
                    self._frames.restart()
                    continue
                event = await self._alone()
            if event == GARBLED:
                await self._quiet(deadline)
            return event

    async def _alone(self):
        """MESSAGE when nothing but a card's coming or going follows it at once."""
        event = MOVED
        while event == MOVED:
            event = await self._event(Deadline(_QUIET_MS))
        return MESSAGE if event is None else GARBLED

    async def _event(self, deadline):
        while True:
            while self._next < self._end:
                self._next += 1
                found = self._frames.feed(self._chunk[self._next - 1])
                if found:
                    self.moved = self.moved or found == MOVED
                    return found
            inside = self._frames.inside
            if not await self._uart.wait(_GAP_MS if inside else deadline.left_ms()):
                self._frames.restart()
                return GARBLED if inside else None
            self._next, self._end = 0, self._uart.readinto(self._chunk)

    async def _quiet(self, deadline):
        """Drop what comes until nothing does."""
        while not deadline.passed() and await self._uart.wait(_QUIET_MS):
            self._uart.readinto(self._chunk)
        self._frames.restart()
        self._next = self._end = 0
