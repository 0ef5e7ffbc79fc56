# SPDX-License-Identifier: MIT
"""NOR flash in memory that loses power at a given operation, in six ways (FAULTS F1, F2, F5, F9)."""

from collections.abc import Callable
from random import Random
from typing import Any

BLOCK = 4096
PAGE = 256
_ERASED = b"\xff" * BLOCK
_SYNC, _COUNT, _SIZE, _ERASE = 3, 4, 5, 6
_EIO = 5

# What the operation that loses power leaves behind:
TEARS = (
    "nothing",  # it did not begin
    "all",  # it was complete, only nobody heard of it
    "prefix",  # the first bytes or pages, whole
    "noise",  # the first bytes or pages, then random bits
    "mix",  # each bit old or new, at random
    "again",  # as mix, and the first program after the next start loses power too
)


class PowerCut(BaseException):
    """The terminal's power is gone in the middle of an operation. Nothing of the terminal may catch it."""


class Misuse(Exception):
    """The journal did what flash cannot do."""


class Flash:
    """MicroPython's extended block device. `on_cut()` is called when power goes; from then on it is dead."""

    def __init__(self, content: list[bytearray], random: Random, on_cut: Callable[[], None]) -> None:
        self.content = content
        self.watch: Any = None  # what the checks remember of it
        self.bad: set[int] = set()
        self.failing = 0  # so many programs report an error
        self.operations = 0
        self.dead = False
        self._random, self._on_cut = random, on_cut
        self._left: int | None = None
        self._tear = ""
        self._unsynced: list[tuple[int, int, bytes]] = []  # block, offset, what was there before

    @classmethod
    def erased(cls, blocks: int, random: Random, on_cut: Callable[[], None]) -> "Flash":
        return cls([bytearray(_ERASED) for _ in range(blocks)], random, on_cut)

    def arm(self, operations: int, tear: str) -> None:
        """Power goes in the `operations`-th operation from now."""
        self._left, self._tear = operations, tear

    def disarm(self) -> None:
        self._left = None

    def lose(self) -> None:
        """Power is gone: of what was not synced, any part is as it was."""
        for block, offset, old in reversed(self._unsynced):
            if self._random.getrandbits(1):
                self.content[block][offset : offset + len(old)] = old
        self._unsynced.clear()

    def copy(self) -> list[bytearray]:
        """The content as it stands, apart from this device."""
        return [bytearray(block) for block in self.content]

    def readblocks(self, block: int, buf, offset: int = 0) -> int:
        self._alive()
        buf[:] = self.content[block][offset : offset + len(buf)]
        return 0

    def writeblocks(self, block: int, buf, offset: int | None = None) -> int:
        self._alive()
        if offset is None or offset % 16 or len(buf) % 16 or offset + len(buf) > BLOCK:
            raise Misuse(f"program of {len(buf)} bytes at {offset} of block {block}")
        if self.failing:
            self.failing -= 1
            return -_EIO
        place = slice(offset, offset + len(buf))
        old = bytes(self.content[block][place])
        if block not in self.bad:
            if old != _ERASED[: len(old)]:
                raise Misuse(f"block {block}, offset {offset}: programmed twice without an erase")
            cut = self._step()
            self.content[block][place] = self._torn_program(old, bytes(buf)) if cut else buf
            self._die_if(cut)
            self._unsynced.append((block, offset, old))
        return 0

    def ioctl(self, operation: int, argument: int) -> int:
        self._alive()
        if operation == _COUNT:
            return len(self.content)
        if operation == _SIZE:
            return BLOCK
        if operation == _SYNC:
            self._unsynced.clear()
        if operation == _ERASE and argument not in self.bad:
            old, cut = bytes(self.content[argument]), self._step()
            self.content[argument][:] = self._torn_erase(argument) if cut else _ERASED
            self._die_if(cut)
            self._unsynced.append((argument, 0, old))
        return 0

    def close(self) -> None:
        """As a file's device has it."""

    def _alive(self) -> None:
        if self.dead:
            raise PowerCut

    def _step(self) -> bool:
        """Count an operation; True when power goes in it."""
        self.operations += 1
        if self._left is None:
            return False
        self._left -= 1
        return self._left <= 0

    def _die_if(self, cut: bool) -> None:
        if cut:
            self.dead = True
            self._on_cut()
            raise PowerCut

    @property
    def cuts_again(self) -> bool:
        """Is the first program after the next start to be torn too?"""
        return self._tear == "again"

    def _torn_program(self, old: bytes, new: bytes) -> bytes:
        done = self._random.randrange(1, len(new))
        noise = self._random.randbytes(len(new))
        if self._tear == "nothing":
            return old
        if self._tear == "all":
            return new
        if self._tear == "prefix":
            return new[:done] + old[done:]
        if self._tear == "noise":
            return new[:done] + bytes(a & b for a, b in zip(old[done:], noise, strict=False))
        return bytes(a & (b | c) for a, b, c in zip(old, new, noise, strict=True))

    def _torn_erase(self, block: int) -> bytes:
        old = bytes(self.content[block])
        done = self._random.randrange(1, BLOCK // PAGE) * PAGE
        if self._tear == "nothing":
            return old
        if self._tear == "all":
            return _ERASED
        if self._tear == "prefix":
            return _ERASED[:done] + old[done:]
        noise = int.from_bytes(self._random.randbytes(BLOCK), "big") | int.from_bytes(old, "big")
        mixed = noise.to_bytes(BLOCK, "big")
        return _ERASED[:done] + mixed[done:] if self._tear == "noise" else mixed
