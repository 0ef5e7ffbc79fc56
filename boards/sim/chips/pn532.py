# SPDX-License-Identifier: MIT
"""Virtual NXP PN532 (UM0701-02, firmware 1.6): host frames, the commands of a reader, cards in its field.

Speaks HSU by itself; pn532_lines.py puts it on SPI and I2C. A card: `reset()`, `respond(command)`, `answer_ms`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from boards.sim.chips.emv.card import Gone
from boards.sim.chips.emv.presented import Card

ACK, NACK = bytes.fromhex("0000ff00ff00"), bytes.fromhex("0000ffff0000")
SYNTAX_ERROR = bytes.fromhex("0000ff01ff7f8100")
CARD_SHARE = 262  # bytes of a card's answer in one reply
NO_ANSWER, NO_TARGET = 0x01, 0x27


@dataclass(eq=False)
class InField:
    """What lies on the reader; `ats` with its length byte, for type A. `until_dark`: its holder takes it away
    when a reader that has found it goes dark."""

    card: Card
    uid: bytes = bytes.fromhex("04a1b2c3")
    type_b: bool = False
    ats: bytes = bytes.fromhex("057877b402")  # FWI 11: 618 ms
    sel_res: int = 0x20
    until_dark: bool = False
    found: bool = False

    def listed(self, number: int) -> bytes:
        if self.type_b:  # ATQB: FWI 8, ISO/IEC 14443-4
            return (
                bytes((number, 0x50)) + self.uid + bytes(4) + bytes.fromhex("008181") + bytes.fromhex("0100")
            )
        return bytes((number, 0, 4, self.sel_res, len(self.uid))) + self.uid + self.ats


def framed(data: bytes) -> bytes:
    """An information frame from the chip."""
    head = (
        bytes((len(data), 256 - len(data)))
        if len(data) < 256
        else b"\xff\xff" + len(data).to_bytes(2) + bytes((-sum(len(data).to_bytes(2)) & 255,))
    )
    return b"\0\0\xff" + head + data + bytes((-sum(data) & 255, 0))


class VirtualPN532:
    """One chip. `reply(frame)` takes what it says, `moved()` that a card went; `errors`: what was not understood."""

    def __init__(self, reply: Callable[[bytes], None], moved: Callable[[], None] = lambda: None) -> None:
        self._reply, self._moved = reply, moved
        self.absent = False
        self.field: list[InField] = []
        self._listed: list[InField] = []
        self.power_off()

    def power_off(self) -> None:
        self._buffer = bytearray()
        self._last = b""
        self._pending: asyncio.TimerHandle | None = None
        self._asked, self._rest = bytearray(), b""
        self.errors: list[str] = []
        self._switch(False)

    def _switch(self, radio: bool) -> None:
        self.radio, self._listed = radio, self._listed if radio else []
        if not radio:
            self._lift([one for one in self.field if one.until_dark and one.found])

    def _lift(self, gone: list[InField]) -> None:
        self.field[:] = [one for one in self.field if one not in gone]
        if gone:
            self._moved()

    def feed(self, data: bytes) -> None:
        """Bytes from the host."""
        if self.absent:
            return
        self._buffer += data
        while (start := self._buffer.find(b"\x00\xff")) >= 0 and self._frame(start + 2):
            pass

    def _frame(self, at: int) -> bool:
        """Take the frame whose length stands at `at`; False when it is not all there."""
        buffer = self._buffer
        if len(buffer) < at + 3:
            return False
        if bytes(buffer[at : at + 2]) in (b"\x00\xff", b"\xff\x00"):
            self._control(buffer[at] == 0)
            del buffer[: at + 3]
            return True
        long = buffer[at] == buffer[at + 1] == 255
        if long and len(buffer) < at + 5:
            return False
        size = int.from_bytes(buffer[at + 2 : at + 4]) if long else buffer[at]
        check = sum(buffer[at + 2 : at + 5]) if long else buffer[at] + buffer[at + 1]
        begin = at + 5 if long else at + 2
        if check & 255 or size > 265:
            del buffer[:at]
            return True
        if len(buffer) < begin + size + 2:
            return False
        data, total = bytes(buffer[begin : begin + size]), sum(buffer[begin : begin + size + 1])
        del buffer[: begin + size + 2]
        if not total & 255:
            self._accept(data)
        return True

    def _control(self, acknowledged: bool) -> None:
        if acknowledged and self._pending:
            self._pending.cancel()
            self._pending = None
        elif not acknowledged and self._last:
            self._reply(self._last)

    def _accept(self, data: bytes) -> None:
        self._reply(ACK)
        command = {
            0x00: self._diagnose,
            0x02: lambda _: bytes.fromhex("32010607"),
            0x14: lambda _: b"",
            0x32: self._configure,
            0x40: self._exchange,
            0x4A: self._list,
            0x52: self._release,
        }.get(data[1] if len(data) > 1 and data[0] == 0xD4 else -1)
        if command is None:
            self.errors.append(f"command {data[:2].hex()}")
            self._say(SYNTAX_ERROR, 0)
            return
        waits_ms = self._listed[0].card.answer_ms if data[1] == 0x40 and self._listed else 0
        self._say(framed(bytes((0xD5, data[1] + 1)) + command(data[2:])), waits_ms)

    def _say(self, frame: bytes, after_ms: int) -> None:
        self._last = frame
        if after_ms:
            self._pending = asyncio.get_running_loop().call_later(after_ms / 1000, self._reply, frame)
        else:
            self._reply(frame)

    def _configure(self, data: bytes) -> bytes:
        if data[:1] == b"\x01":
            self._switch(bool(data[1] & 1))
        return b""

    def _list(self, data: bytes) -> bytes:
        self.radio = True
        most, type_b = data[0], data[1] == 3
        self._listed = [one for one in self.field if one.type_b == type_b][:most]
        for one in self._listed:
            one.found = True
            one.card.reset()
        return bytes((len(self._listed),)) + b"".join(
            one.listed(number) for number, one in enumerate(self._listed, 1)
        )

    def _target(self, number: int) -> InField | None:
        found = self._listed[number - 1 : number]
        return found[0] if found and found[0] in self.field else None

    def _exchange(self, data: bytes) -> bytes:
        target = self._target(data[0] & 0x3F)
        if not self._listed:
            return bytes((NO_TARGET,))
        if target is None:
            return bytes((NO_ANSWER,))
        self._asked += data[1:]
        if data[0] & 0x40:
            return b"\0"
        if self._asked:
            try:
                self._rest = target.card.respond(bytes(self._asked))
            except Gone:
                self._lift([target])
                return bytes((NO_ANSWER,))
            finally:
                self._asked.clear()
        part, self._rest = self._rest[:CARD_SHARE], self._rest[CARD_SHARE:]
        return bytes((0x40 if self._rest else 0,)) + part

    def _diagnose(self, data: bytes) -> bytes:
        if data[:1] != b"\x06":
            self.errors.append(f"diagnose {data.hex()}")
        return bytes((0 if self._target(1) else NO_ANSWER,))

    def _release(self, data: bytes) -> bytes:
        self._listed = []
        return b"\0"
