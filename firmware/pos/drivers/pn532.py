# SPDX-License-Identifier: MIT
"""NXP PN532 contactless reader (UM0701-02 section 7): cards of ISO/IEC 14443-4, types A and B.

The line (UART, SPI, I2C) is handed in. A card is what pos.cards talks to: `waiting_time_ms`, `await transmit(command)`.
"""

from pos.cards.errors import CardError, CardRemoved, TwoCards
from pos.compat import const
from pos.drivers import DeviceTimeout
from pos.drivers.deadline import Deadline
from pos.drivers.pn532_frame import (
    ACK,
    ACK_FRAME,
    INFORMATION,
    LONGEST_FRAME,
    NACK_FRAME,
    Frames,
    frame,
)

_DIAGNOSE, _VERSION, _SAM, _RF, _EXCHANGE, _LIST, _RELEASE = (
    const(0x00), const(0x02), const(0x14), const(0x32), const(0x40), const(0x4A), const(0x52),
)  # fmt: skip
_TO_CHIP, _FROM_CHIP, _ERROR = const(0xD4), const(0xD5), const(0x7F)
_NORMAL = b"\x01\x14\x01"  # no security module, IRQ line used
_RETRIES = b"\x05\xff\x01\x02"  # few activations, so that a look at an empty field ends soon
_FIELD_OFF = b"\x01\x00"
_TYPE_A, _TYPE_B = b"\x02\x00", b"\x02\x03\x00"  # two targets at most; all families of type B
_ISO_DEP = const(0x20)  # SEL_RES: ISO/IEC 14443-4
_MORE = const(0x40)  # chaining, in target number and status
_GONE = (0x01, 0x0A, 0x29, 0x2B)  # status: no answer, field lost, released, card disappeared
_DATA = const(262)  # bytes in one InDataExchange
_LONGEST_ANSWER = const(2048)
_ACK_MS, _REPLY_MS = const(400), const(1000)  # the chip takes 15 ms; a busy Linux has more to do
_ACK_SIZE = const(6)
_TRIES = const(3)
_EXTENSION_MS = const(1000)  # for the waiting time extensions that the chip grants by itself


class PN532:
    """One reader; `start` before anything else. DeviceTimeout exits: reader absent, unpowered, line cut."""

    def __init__(self, line):
        self._line = line
        self._frames = Frames()
        self._busy = False

    async def start(self):
        """Wake the chip and set it up. DeviceTimeout also when the chip is another one."""
        self._line.wake()
        await self.command(_SAM, _NORMAL)
        if bytes((await self.command(_VERSION))[:1]) != b"\x32":
            raise DeviceTimeout("pn532")
        await self.command(_RF, _RETRIES)

    async def stop(self):
        """Switch the field off, which ends every card's session."""
        await self.command(_RF, _FIELD_OFF)

    async def detect(self, timeout_ms):
        """The card that comes into the field. DeviceTimeout: none in time. TwoCards: more than one."""
        deadline = Deadline(timeout_ms)
        while not deadline.passed():
            for kind in (_TYPE_A, _TYPE_B):
                found = bytes(await self.command(_LIST, kind))
                if found and found[0] > 1:
                    raise TwoCards()
                fwi = _fwi(found, kind is _TYPE_B)
                if fwi is not None:
                    return Target(self, found[1], (302 << min(fwi, 14)) // 1000 + _EXTENSION_MS)
        raise DeviceTimeout("card")

    async def command(self, code, data=b"", timeout_ms=_REPLY_MS):
        """Data of the chip's reply, valid until the next command. CardError("refused"): a syntax error for the chip."""
        line = self._line
        if self._busy:  # a command was left in the middle
            line.send(ACK_FRAME)
        self._busy = True
        for _ in range(_TRIES):
            line.clear()
            self._frames.restart()
            line.send(frame(bytes((_TO_CHIP, code)) + bytes(data)))
            if await line.receive(self._frames, Deadline(_ACK_MS), _ACK_SIZE) == ACK:
                return await self._reply(code, Deadline(timeout_ms))
        raise DeviceTimeout("pn532")

    async def _reply(self, code, deadline):
        for _ in range(_TRIES):
            event = await self._line.receive(self._frames, deadline, LONGEST_FRAME)
            if event is None:
                break
            if event == INFORMATION:
                data = self._frames.data
                if len(data) > 1 and data[0] == _FROM_CHIP and data[1] == code + 1:
                    self._busy = False
                    return data[2:]
                if data[0] == _ERROR:
                    self._busy = False
                    raise CardError("refused")
            self._line.send(NACK_FRAME)  # asks for it again
        raise DeviceTimeout("pn532")


class Target:
    """A card in the field, until it goes or another is detected."""

    def __init__(self, reader, number, waiting_time_ms):
        self._reader, self._number = reader, number
        self.waiting_time_ms = waiting_time_ms

    async def transmit(self, command):
        """Answer (data and status word) to a command APDU. CardRemoved; CardError("malformed") when it never ends."""
        view = memoryview(command)
        for start in range(0, len(view) - _DATA, _DATA):
            await self._part(_MORE, view[start : start + _DATA])
        more, part = await self._part(0, view[(len(view) - 1) // _DATA * _DATA :])
        answer = bytes(part)
        while more:
            if len(answer) > _LONGEST_ANSWER:
                raise CardError("malformed")
            more, part = await self._part(0, b"")
            answer += bytes(part)
        return answer

    async def present(self):
        """Whether the card is still in the field (Diagnose, attention request)."""
        status = await self._reader.command(_DIAGNOSE, b"\x06")
        return len(status) == 1 and not status[0]

    async def release(self):
        await self._reader.command(_RELEASE, bytes((self._number,)))

    async def _part(self, more, data):
        """(whether more follows, data of the card)."""
        limit_ms = self.waiting_time_ms + _REPLY_MS
        reply = await self._reader.command(_EXCHANGE, bytes((self._number | more,)) + bytes(data), limit_ms)
        if not reply:
            raise CardError("malformed")
        status = reply[0] & 0x3F
        if status in _GONE:
            raise CardRemoved()
        if status:
            raise CardError("malformed")
        return reply[0] & _MORE, reply[1:]


def _fwi(found, type_b):
    """Frame waiting time integer of the one card listed (ISO/IEC 14443-4 section 5.2.5, 14443-3 section 7.9.4).

    None when there is no card, or none of ISO/IEC 14443-4.
    """
    if type_b:
        return found[13] >> 4 if len(found) > 13 else None
    if len(found) < 6 or not found[4] & _ISO_DEP:
        return None
    ats = found[6 + found[5] :]
    if len(ats) < 2 or not ats[1] & 0x20:
        return 4  # what holds for a card that does not say
    place = 3 if ats[1] & 0x10 else 2
    return ats[place] >> 4 if place < len(ats) else 4
