# SPDX-License-Identifier: MIT
"""Virtual SYN6288: decodes frames FD … XOR into the text that is spoken (data sheet section 4)."""

from collections.abc import Callable

ENCODINGS = {0: "gb2312", 1: "gbk", 2: "big5", 3: "utf-16-be"}
RECEIVED, WRONG = b"\x41", b"\x45"


class VirtualSYN6288:
    """`tell(text)` for each utterance."""

    def __init__(self, reply: Callable[[bytes], None], tell: Callable[[str], None]) -> None:
        self._reply, self._tell = reply, tell
        self.power_off()

    def power_off(self) -> None:
        self._buffer = bytearray()
        self.spoken: list[str] = []

    def feed(self, data: bytes) -> None:
        self._buffer += data
        while self._frame():
            pass

    def _frame(self) -> bool:
        buffer = self._buffer
        while buffer and buffer[0] != 0xFD:
            del buffer[0]
        if len(buffer) < 3 or len(buffer) < 3 + (length := int.from_bytes(buffer[1:3])):
            return False
        frame = bytes(buffer[: 3 + length])
        del buffer[: 3 + length]
        check = 0
        for byte in frame:
            check ^= byte
        if check:
            self._reply(WRONG)
            return True
        self._reply(RECEIVED)
        if frame[3] == 1:
            text = frame[5:-1].decode(ENCODINGS[frame[4] & 7])
            self.spoken.append(text)
            self._tell(text)
        return True
