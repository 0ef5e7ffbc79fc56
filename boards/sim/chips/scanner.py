# SPDX-License-Identifier: MIT
"""Virtual GM65 code scanner: command frames with CRC, zones, light; decoded text and CR (user manual V1.3)."""

from collections.abc import Callable

MODE, TRIGGER, READ_TIME = 0, 2, 6
COMMAND_MODE = 1


def crc16(data: bytes) -> int:
    """CRC-CCITT with polynomial 0x1021 and start 0, bit by bit over the message shifted by 16."""
    value = int.from_bytes(data) << 16
    for bit in range(8 * len(data) + 15, 15, -1):
        if value >> bit & 1:
            value ^= 0x11021 << (bit - 16)
    return value


class VirtualGM65:
    """Reads only while lit: after a trigger, until a code is read or the trigger is taken back."""

    def __init__(self, reply: Callable[[bytes], None]) -> None:
        self._reply = reply
        self.absent = False
        self.power_off()

    def power_off(self) -> None:
        self._buffer = bytearray()
        self.zones = {MODE: 0xD6, TRIGGER: 0, READ_TIME: 0x32}
        self.errors: list[str] = []

    @property
    def lit(self) -> bool:
        return bool(self.zones[TRIGGER] & 1) and self.zones[MODE] & 3 == COMMAND_MODE

    def feed(self, data: bytes) -> None:
        if self.absent:
            return
        self._buffer += data
        while self._frame():
            pass

    def show(self, code: str, damage: str | None = None) -> bool:
        """Hold a code before the window; False when the scanner is dark."""
        if damage not in (None, "unreadable"):
            raise ValueError(f"damage is unreadable, not {damage!r}")
        if not self.lit:
            return False
        self.zones[TRIGGER] &= ~1
        text = code.encode()
        if damage:
            text = text[: len(text) // 2] + b"\xff\x00" + text[len(text) // 2 + 1 :]
        self._reply(text + b"\r")
        return True

    def _frame(self) -> bool:
        buffer = self._buffer
        while buffer and not b"\x7e\x00".startswith(bytes(buffer[:2])):
            del buffer[0]
        if len(buffer) < 4 or len(buffer) < 8 + (length := self._data_length(buffer)):
            return False
        body, check = bytes(buffer[2 : 6 + length]), bytes(buffer[6 + length : 8 + length])
        del buffer[: 8 + length]
        if check not in (b"\xab\xcd", crc16(body).to_bytes(2)):  # ABCD: the host does without a check
            self.errors.append(f"wrong CRC in {body.hex()}")
        else:
            self._command(body)
        return True

    def _data_length(self, buffer: bytearray) -> int:
        return buffer[3] if buffer[2] == 8 else 1

    def _command(self, body: bytes) -> None:
        address = int.from_bytes(body[2:4])
        if body[0] == 8:
            for i, value in enumerate(body[4:]):
                self.zones[address + i] = value
            self._answer(b"\x00")
        elif body[0] == 7:
            self._answer(bytes(self.zones.get(address + i, 0) for i in range(body[4])))

    def _answer(self, data: bytes) -> None:
        body = bytes((0, len(data))) + data
        self._reply(b"\x02\x00" + body + crc16(body).to_bytes(2))
