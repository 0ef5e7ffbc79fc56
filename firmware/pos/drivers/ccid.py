# SPDX-License-Identifier: MIT
"""Contact card reader that speaks CCID (USB-IF CCID Rev 1.1 section 6), one slot, at the level of short APDUs.

The line is handed in. A card is what pos.cards talks to: `waiting_time_ms`, `await transmit(command)`.
"""

from pos.cards.atr import Atr
from pos.cards.errors import CardError, CardRemoved, CardSilent
from pos.compat import const
from pos.drivers import DeviceTimeout
from pos.drivers.ccid_serial import HEADER, LONGEST, MESSAGE, MORE_TIME, MOVED, NAK
from pos.drivers.deadline import Deadline

_SET_PARAMETERS, _POWER_ON, _POWER_OFF, _SLOT_STATUS, _ESCAPE, _EXCHANGE = (
    const(0x61), const(0x62), const(0x63), const(0x65), const(0x6B), const(0x6F),
)  # fmt: skip
_PLAIN = b"\x00\x00\x00"  # the three bytes of a header that belong to the message
_FIVE_VOLTS = b"\x01\x00\x00"
_NEXT_PART = b"\x00\x10\x00"  # wLevelParameter: go on with the answer
_MORE = (1, 3)  # bChainParameter: the answer goes on
_APDU_LEVEL = b"\xa0\x02"  # GemCore readers exchange TPDUs until they are told
_SEQUENCE, _STATUS, _ERROR, _SPECIFIC = const(6), const(7), const(8), const(9)
_ACTIVE, _ABSENT = const(0), const(2)  # bmICCStatus
_FAILED, _TIME_EXTENSION = const(0x40), const(0x80)  # bmCommandStatus
_MUTE, _CLASS, _PROTOCOL = const(0xFE), const(0xF5), const(0xF6)  # bError
_OF_READER = const(0x80)  # a smaller bError: an index in the command, or 0, not supported
_LONGEST_ANSWER = const(2048)
_EARLIER = const(99)  # beside the line's events: the answer to the command before
_TRIES = const(4)
_REPLY_MS, _POWER_MS = const(500), const(2000)
_LOOK_MS = const(300)  # between two looks at the slot, for readers that do not tell
_EXTENSIONS = const(8)  # times the patience, for a reader that keeps asking for time


class Ccid:
    """One reader; `start` before anything else. DeviceTimeout exits: reader absent, unpowered, line cut."""

    def __init__(self, line):
        self._line = line
        self._sequence = 0
        self.session = 0  # number of the card's

    async def start(self):
        try:
            await self.command(_ESCAPE, _APDU_LEVEL)
        except CardError:
            pass  # it knows no other level

    async def stop(self):
        """Take the card's power, which ends its session."""
        self.session += 1
        await self.command(_POWER_OFF)

    async def inserted(self, timeout_ms):
        """The card in the slot, after its reset. DeviceTimeout: none in time. CardError: it does not answer."""
        await self._until(True, timeout_ms)
        self.session += 1
        reply = await self._power()
        card = Card(self, Atr(bytes(reply[HEADER:])))
        try:
            await self.command(_SET_PARAMETERS, card.atr.parameters(), bytes((card.atr.protocol, 0, 0)))
        except CardError as error:
            if error.reason != "unsupported":  # by readers that see to it themselves
                raise
        return card

    async def removed(self, timeout_ms):
        """Return once the slot is empty. DeviceTimeout: not in time."""
        await self._until(False, timeout_ms)

    async def command(self, code, data=b"", specific=_PLAIN, patience_ms=_REPLY_MS, safe=True):
        """The reader's message, valid until the next command. CardError: it refused, or the card did.

        A command that is not `safe` is sent again only when the reader has certainly not seen it.
        """
        line = self._line
        self._sequence = sequence = self._sequence + 1 & 255
        head = bytes((code,)) + len(data).to_bytes(4, "little") + bytes((0, sequence)) + specific
        line.put(head, data)
        line.send()
        asked = False
        try:
            for _ in range(_TRIES):
                event = await self._reply(sequence, patience_ms, asked)
                if event == MESSAGE:
                    return _checked(line.message, code)
                asked = not safe and (event != _EARLIER and (asked or event != NAK))
                (line.ask_again if asked else line.send)()
        finally:
            line.forget()
        raise DeviceTimeout("ccid")

    async def _reply(self, sequence, patience_ms, asked):
        """MESSAGE: the answer. _EARLIER: the one before it, repeated. Else what came instead; None: nothing."""
        deadline, end = Deadline(patience_ms), Deadline(patience_ms * _EXTENSIONS)
        while not end.passed():
            event = await self._line.receive(deadline)
            if event == MESSAGE:
                message = self._line.message
                if message[_SEQUENCE] == sequence:
                    if not message[_STATUS] & _TIME_EXTENSION:
                        return MESSAGE
                    deadline = Deadline(min(patience_ms * (message[_ERROR] or 1), end.left_ms()))
                elif asked and message[_SEQUENCE] == sequence - 1 & 255:
                    return _EARLIER
            elif event == MORE_TIME:
                deadline = Deadline(min(patience_ms, end.left_ms()))
            elif event != MOVED:
                return event
        return None

    async def _until(self, wanted, timeout_ms):
        deadline = Deadline(timeout_ms)
        while await self._present() != wanted:
            if deadline.passed():
                raise DeviceTimeout("card")
            if not self._line.moved:
                await self._line.receive(Deadline(min(deadline.left_ms(), _LOOK_MS)))

    async def _present(self):
        try:
            return (await self.command(_SLOT_STATUS))[_STATUS] & 3 != _ABSENT
        except CardRemoved:
            return False

    async def _power(self):
        try:
            return await self.command(_POWER_ON, b"", _PLAIN, _POWER_MS)
        except CardError as error:
            if error.reason != "unsupported":
                raise
        # The reader does not choose by itself.
        return await self.command(_POWER_ON, b"", _FIVE_VOLTS, _POWER_MS)


class Card:
    """A card in the slot, until it goes; `atr`: its Atr. An exchange that was left or failed ends its session."""

    def __init__(self, reader, atr):
        self.atr = atr
        self.waiting_time_ms = atr.waiting_time_ms
        self._reader = reader
        self._session = reader.session
        self._over = False

    async def transmit(self, command):
        """Answer (data and status word) to a command APDU. CardRemoved, CardSilent; CardError("malformed")."""
        if len(command) > LONGEST - HEADER:
            raise CardError("malformed")
        if self._over or self._session != self._reader.session:
            raise CardRemoved()
        self._over = True
        try:
            answer = await self._exchange(command)
        except DeviceTimeout:
            raise CardSilent() from None
        self._over = False
        return answer

    async def release(self):
        """End the session, unless another one has begun."""
        if self._session == self._reader.session:
            await self._reader.stop()

    async def _exchange(self, command):
        more, answer = await self._part(_PLAIN, command)
        while more:
            more, part = await self._part(_NEXT_PART, b"")
            answer += part
            if len(answer) > _LONGEST_ANSWER:
                raise CardError("malformed")
        return answer

    async def _part(self, specific, data):
        """(whether more follows, data of the card)."""
        patience_ms = self.atr.silence_ms + _REPLY_MS
        reply = await self._reader.command(_EXCHANGE, data, specific, patience_ms, False)
        return reply[_SPECIFIC] in _MORE, bytes(reply[HEADER:])


def _checked(message, code):
    """The message, or why its command failed."""
    status, error = message[_STATUS], message[_ERROR]
    if not status & _FAILED:
        return message
    if status & 3 == _ABSENT or status & 3 != _ACTIVE and code == _EXCHANGE:  # it was away, or is
        raise CardRemoved()
    if error == _MUTE:
        raise CardSilent()
    raise CardError("unsupported" if error < _OF_READER or error in (_CLASS, _PROTOCOL) else "malformed")
