# SPDX-License-Identifier: MIT
"""The file `mqtt.bin`: everything that crossed the network, in order.

Header `SUANCAP1`, then frames, big endian: time u64 (microseconds since the start), direction u8 (1 up: terminal
to broker, 2 down, 3 event: a text), connection u16, length u32, payload. Slices are as they crossed; `stream`
joins one direction of one connection.
"""

import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

MAGIC = b"SUANCAP1"
UP, DOWN, EVENT = 1, 2, 3
HEAD = struct.Struct(">QBHI")


class Frame(NamedTuple):
    """One slice that crossed, or one event."""

    time_us: int
    direction: int
    connection: int
    payload: bytes


class Capture:
    """Writes frames; without a path it forgets them."""

    def __init__(self, path: Path | str | None) -> None:
        self._start = time.monotonic_ns()
        self._file = open(path, "wb") if path else None  # noqa: SIM115 closed by close()
        if self._file:
            self._file.write(MAGIC)
            self._file.flush()

    def write(self, direction: int, connection: int, payload: bytes) -> None:
        if not self._file or (not payload and direction != EVENT):
            return
        micros = (time.monotonic_ns() - self._start) // 1000
        self._file.write(HEAD.pack(micros, direction, connection & 0xFFFF, len(payload)) + payload)
        self._file.flush()

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None


def frames(path: Path | str) -> Iterator[Frame]:
    """Frames of a capture; ValueError when the file is none. A frame cut off at the end is left out."""
    data = Path(path).read_bytes()
    if data[: len(MAGIC)] != MAGIC:
        raise ValueError(f"{path} is no network capture")
    at = len(MAGIC)
    while at + HEAD.size <= len(data):
        micros, direction, connection, length = HEAD.unpack_from(data, at)
        at += HEAD.size
        if at + length > len(data):
            return
        yield Frame(micros, direction, connection, data[at : at + length])
        at += length


def stream(path: Path | str, connection: int, direction: int) -> bytes:
    """All bytes of one direction of one connection."""
    return b"".join(f.payload for f in frames(path) if (f.connection, f.direction) == (connection, direction))
