# SPDX-License-Identifier: MIT
"""ESC/POS as a stream: takes real-time commands out on arrival, cuts the rest into commands and characters."""

from collections.abc import Callable, Iterator

CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # DLE DC4 function 8
QUERY = b"\x10\x04"  # DLE EOT n
BUFFER = 4096
LENGTHS = {  # bytes of a command with a fixed length, by its first two
    b"\x1b@": 2, b"\x1ba": 3, b"\x1bE": 3, b"\x1b3": 3, b"\x1b2": 2, b"\x1bd": 3, b"\x1bJ": 3,
    b"\x1d!": 3, b"\x1dr": 3, b"\x1c&": 2, b"\x1c.": 2,
}  # fmt: skip


class RealTime:
    """Calls query(n) and clear() for commands that act on arrival; everything else goes to through(bytes)."""

    def __init__(
        self, query: Callable[[int], None], clear: Callable[[], None], through: Callable[[bytes], None]
    ) -> None:
        self._query, self._clear, self._through = query, clear, through
        self._held = b""

    def reset(self) -> None:
        self._held = b""

    def feed(self, byte: int) -> None:
        held = self._held = self._held + bytes((byte,))
        if len(held) == 3 and held[:2] == QUERY:
            self._held = b""
            self._query(held[2])
        elif held == CLEAR:
            self._held = b""
            self._clear()
        elif not CLEAR.startswith(held) and held != QUERY:
            self._held = b""
            self._through(held)


class Buffer:
    """Receive buffer of the printer; what does not fit is lost."""

    def __init__(self) -> None:
        self._data = bytearray()

    def add(self, data: bytes) -> None:
        self._data += data[: max(0, BUFFER - len(self._data))]

    def clear(self) -> None:
        self._data.clear()

    def commands(self) -> Iterator[bytes]:
        """Commands and characters that are whole, one by one."""
        while self._data and (length := command_length(self._data)) <= len(self._data):
            command = bytes(self._data[:length])
            del self._data[:length]
            yield command


def command_length(data: bytearray) -> int:
    """Bytes of the command at the head of data, or one more than there are when that is not known yet."""
    more = len(data) + 1
    if data[0] not in b"\x1b\x1d\x1c":
        return 2 if data[0] >= 0x81 else 1
    head = bytes(data[:2])
    if len(data) < 2:
        return more
    if head == b"\x1dV":
        return more if len(data) < 3 else 4 if data[2] in (65, 66) else 3
    if head == b"\x1d(":
        return more if len(data) < 5 else 5 + data[3] + 256 * data[4]
    if head == b"\x1dv":
        return more if len(data) < 8 else 8 + (data[4] + 256 * data[5]) * (data[6] + 256 * data[7])
    return LENGTHS.get(head, 2)
