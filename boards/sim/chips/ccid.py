# SPDX-License-Identifier: MIT
"""Virtual contact reader: CCID Rev 1.1 at short APDU level, on a serial line as GemCore readers have it.

A card: `atr`, `answer_ms`, `reset()`, `respond(command)`, which raises Gone when it is pulled.
"""

import asyncio
import struct
from collections.abc import Callable
from functools import reduce
from operator import xor

from boards.sim.chips.emv.card import Gone
from boards.sim.chips.emv.presented import Card

NAK = bytes.fromhex("031516")
ACTIVE, INACTIVE, EMPTY = 0, 1, 2
FAILED, EXTENDED = 0x40, 0x80
MUTE, UNSUPPORTED, BAD_POWER, BAD_PROTOCOL = 0xFE, 0, 7, 7
CHARACTER_S = 0.03  # a frame that stops for so long is given up
EXTEND_S = 0.2  # the reader asks for time so often while the card works
DATA_BLOCK, SLOT_STATUS, PARAMETERS, ESCAPE = 0x80, 0x81, 0x82, 0x83


class VirtualCCID:
    """One reader. `reply(bytes)` takes what it says, `moved()` that a card came or went; `errors`: not understood.

    `used`: the card in it has had power. `share`: bytes of an answer in one message. `automatic`: it sets voltage and
    parameters by itself, and only so.
    """

    def __init__(self, reply: Callable[[bytes], None], moved: Callable[[], None] = lambda: None) -> None:
        self._reply, self._moved = reply, moved
        self.absent = self.used = False
        self.share, self.automatic = 261, True
        self.card: Card | None = None
        self._late: asyncio.TimerHandle | None = None
        self._working: list[asyncio.TimerHandle] = []
        self.power_off()

    def power_off(self) -> None:
        self._buffer = bytearray()
        self._leave()
        self._last = self._rest = b""
        self.state = EMPTY if self.card is None else INACTIVE
        self.apdu_level = False
        self.parameters = b""
        self.errors: list[str] = []

    def insert(self, card: Card) -> None:
        self.card, self.state, self.used = card, INACTIVE, False
        self._say(b"\x50\x03")
        self._moved()

    def remove(self) -> None:
        self.card, self.state, self._rest = None, EMPTY, b""
        self._say(b"\x50\x02")
        self._moved()

    def feed(self, data: bytes) -> None:
        """Bytes from the host."""
        if self.absent:
            return
        self._buffer += data
        if self._late:
            self._late.cancel()
            self._late = None
        while self._frame():
            pass
        if self._buffer:
            self._late = asyncio.get_running_loop().call_later(CHARACTER_S, self._give_up)

    def _leave(self) -> None:
        """Whatever is to be said later."""
        for handle in (*self._working, self._late):
            if handle:
                handle.cancel()
        self._working.clear()
        self._late = None

    def _give_up(self) -> None:
        self._buffer.clear()
        self._say(NAK)

    def _frame(self) -> bool:
        """Take what stands at the beginning; False when it is not all there."""
        buffer = self._buffer
        while buffer and buffer[0] != 3:
            del buffer[0]
        if len(buffer) < 3:
            return False
        if buffer[1] != 6:
            asked_again = bytes(buffer[:3]) == NAK
            del buffer[: 3 if asked_again else 1]
            if asked_again and self._last and not self._working:
                self._say(self._last)
            return True
        if len(buffer) < 12:
            return False
        size = 13 + int.from_bytes(buffer[3:7], "little")
        if size > 274:
            buffer.clear()
            self._say(NAK)
            return False
        if len(buffer) < size:
            return False
        whole, rest = bytes(buffer[:size]), len(buffer) > size
        buffer.clear()
        if reduce(xor, whole) or rest:  # nobody sends two commands at once
            self._say(NAK)
        else:
            self._command(whole[2:-1])
        return False

    def _say(self, data: bytes) -> None:
        if not self.absent:
            self._reply(data)

    def _command(self, message: bytes) -> None:
        self._leave()
        kind, _, slot, sequence = struct.unpack("<BIBB", message[:7])
        answer = {
            0x61: self._set_parameters,
            0x62: self._power_on,
            0x63: self._power_down,
            0x65: lambda *_: (SLOT_STATUS, 0, 0, b""),
            0x6B: self._escape,
            0x6F: self._exchange,
        }.get(kind)
        if slot:
            self._answer(sequence, SLOT_STATUS, FAILED, 5, b"")
        elif answer is None:
            self.errors.append(f"command {kind:02x}")
            self._answer(sequence, SLOT_STATUS, FAILED, UNSUPPORTED, b"")
        else:
            delay_s = self.card.answer_ms / 1000 if kind == 0x6F and self.card else 0
            said = answer(message[7:10], message[10:])
            self._after(delay_s, sequence, said)

    def _after(self, delay_s: float, sequence: int, said: tuple[int, int, int, bytes]) -> None:
        """Answer when the card has; meanwhile ask the host for time."""
        if not delay_s:
            self._answer(sequence, *said)
            return
        loop = asyncio.get_running_loop()
        for step in range(1, int(delay_s / EXTEND_S) + 1):
            wait = self._framed(sequence, DATA_BLOCK, EXTENDED, 1, b"")
            self._working.append(loop.call_later(step * EXTEND_S * 0.99, self._say, wait))
        self._working.append(loop.call_later(delay_s, self._done, sequence, said))

    def _done(self, sequence: int, said: tuple[int, int, int, bytes]) -> None:
        self._working.clear()
        if self.state != ACTIVE:
            said = (DATA_BLOCK, FAILED, MUTE, b"")
        self._answer(sequence, *said)

    def _answer(self, sequence: int, kind: int, status: int, specific: int, data: bytes) -> None:
        self._last = self._framed(sequence, kind, status, specific, data)
        self._say(self._last)

    def _framed(self, sequence: int, kind: int, status: int, specific: int, data: bytes) -> bytes:
        """`specific`: bError of a command that failed, else the message's own byte."""
        error, own = (specific, 0) if status else (0, specific)
        head = struct.pack("<BIBBBBB", kind, len(data), 0, sequence, status | self.state, error, own)
        frame = b"\x03\x06" + head + data
        return frame + bytes((reduce(xor, frame),))

    def _escape(self, _: bytes, data: bytes) -> tuple[int, int, int, bytes]:
        self.apdu_level = self.apdu_level or data == b"\xa0\x02"
        return (ESCAPE, 0, 0, b"") if self.apdu_level else (ESCAPE, FAILED, UNSUPPORTED, b"")

    def _power_on(self, own: bytes, _: bytes) -> tuple[int, int, int, bytes]:
        if self.card is None:
            return DATA_BLOCK, FAILED, MUTE, b""
        if (own[0] == 0) is not self.automatic:
            return DATA_BLOCK, FAILED, BAD_POWER, b""
        if not self.card.atr:
            return DATA_BLOCK, FAILED, MUTE, b""
        self.state, self.used, self._rest = ACTIVE, True, b""
        self.card.reset()
        return DATA_BLOCK, 0, 0, self.card.atr

    def _power_down(self, _: bytes, __: bytes) -> tuple[int, int, int, bytes]:
        self.state = EMPTY if self.card is None else INACTIVE
        return SLOT_STATUS, 0, 1, b""

    def _set_parameters(self, own: bytes, data: bytes) -> tuple[int, int, int, bytes]:
        if self.automatic:
            return PARAMETERS, FAILED, UNSUPPORTED, b""
        if own[0] > 1 or len(data) != (7 if own[0] else 5):
            return PARAMETERS, FAILED, BAD_PROTOCOL, b""
        self.parameters = data
        return PARAMETERS, 0, own[0], data

    def _exchange(self, own: bytes, data: bytes) -> tuple[int, int, int, bytes]:
        if self.card is None or self.state != ACTIVE:
            return DATA_BLOCK, FAILED, MUTE, b""
        begun = bytes(own[1:]) != b"\x10\x00"
        if begun:
            try:
                self._rest = self.card.respond(data)
            except Gone:
                self.remove()
                return DATA_BLOCK, FAILED, MUTE, b""
        part, self._rest = self._rest[: self.share], self._rest[self.share :]
        return DATA_BLOCK, 0, (1 if begun else 3) if self._rest else (0 if begun else 2), part
