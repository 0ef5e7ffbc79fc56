# SPDX-License-Identifier: MIT
"""Flash in memory with MicroPython's extended block interface, as small as it can be, for both sides alike.

Its memory lies outside the heap, as flash does: a collection must not search half a megabyte of it.
"""

import ffi
import uctypes

BLOCKS, BLOCK = 128, 4096


def _outside(size):
    allocate = ffi.open("libc.so.6").func("P", "malloc", "L")
    return memoryview(uctypes.bytearray_at(allocate(size), size))


class PlainFlash:
    """One slice copy for each read and program; counts nothing, so that instructions are those of its user."""

    def __init__(self):
        self.memory = _outside(BLOCK * BLOCKS)
        self.ones = b"\xff" * BLOCK
        for block in range(BLOCKS):
            self.erase(block)

    def readblocks(self, block, buf, offset=0):
        start = block * BLOCK + offset
        buf[:] = self.memory[start : start + len(buf)]

    def writeblocks(self, block, buf, offset=0):
        start = block * BLOCK + offset
        self.memory[start : start + len(buf)] = buf

    def ioctl(self, operation, argument):
        if operation == 3:
            return 0
        if operation == 6:
            self.erase(argument)
            return 0
        return BLOCKS if operation == 4 else BLOCK

    def erase(self, block):
        start = block * BLOCK
        self.memory[start : start + BLOCK] = self.ones


class CountedFlash(PlainFlash):
    """Counts what wears it, and the calls that a peer's own code makes."""

    def __init__(self):
        self.erases = self.programmed = self.calls = 0
        super().__init__()

    def readblocks(self, block, buf, offset=0):
        self.calls += 1
        super().readblocks(block, buf, offset)

    def writeblocks(self, block, buf, offset=0):
        self.calls += 1
        self.programmed += len(buf)
        super().writeblocks(block, buf, offset)

    def ioctl(self, operation, argument):
        self.calls += 1
        return super().ioctl(operation, argument)

    def erase(self, block):
        self.erases += 1
        super().erase(block)
