# SPDX-License-Identifier: MIT
"""Block devices without flash: in memory for tests, in a file for Linux and the Unix port.

MicroPython's extended block interface (docs.micropython.org, vfs, AbstractBlockDev): programming clears bits.
"""

from pos.compat import durable

BLOCK = 4096
_EINVAL = -22


class RamDevice:
    """`blocks` blocks in memory, erased at first; an erased block takes no memory."""

    def __init__(self, blocks):
        self.blocks = blocks
        self.content = [None] * blocks  # bytearray of BLOCK, or None when erased

    def readblocks(self, block, buf, offset=0):
        content = self.content[block]
        for i in range(len(buf)):
            buf[i] = 0xFF if content is None else content[offset + i]
        return 0

    def writeblocks(self, block, buf, offset=None):
        if offset is None:
            for i in range(0, len(buf), BLOCK):
                self.content[block + i // BLOCK] = bytearray(buf[i : i + BLOCK])
            return 0
        if offset + len(buf) > BLOCK:
            return _EINVAL
        if self.content[block] is None:
            self.content[block] = bytearray(_ERASED * (BLOCK // len(_ERASED)))
        content = self.content[block]
        for i in range(len(buf)):
            content[offset + i] &= buf[i]
        return 0

    def ioctl(self, operation, argument):
        if operation == 4:
            return self.blocks
        if operation == 5:
            return BLOCK
        if operation == 6:
            self.content[argument] = None
        return 0


class FileDevice:
    """A file of `blocks` blocks; must exist. `create` makes one. ioctl 3 pushes it to the medium."""

    def __init__(self, path, blocks=None):
        self._file = open(path, "r+b")  # noqa: SIM115 - open as long as the device is
        size = self._file.seek(0, 2)
        self.blocks = size // BLOCK
        if size % BLOCK or not size or (blocks is not None and blocks != self.blocks):
            self._file.close()
            raise ValueError("%s is not a journal image of %s blocks" % (path, blocks or "whole"))

    @classmethod
    def create(cls, path, blocks):
        """A new file, erased; replaces one that is there. The only way to make or empty an image."""
        with open(path, "wb") as file:
            for _ in range(blocks):
                file.write(b"\xff" * BLOCK)
            durable(file)
        return cls(path, blocks)

    def close(self):
        self._file.close()

    def readblocks(self, block, buf, offset=0):
        self._file.seek(block * BLOCK + offset)
        return 0 if self._file.readinto(buf) == len(buf) else _EINVAL

    def writeblocks(self, block, buf, offset=None):
        start = block * BLOCK + (offset or 0)
        if start + len(buf) > self.blocks * BLOCK:
            return _EINVAL
        self._file.seek(start)
        self._file.write(buf)
        return 0

    def ioctl(self, operation, argument):
        if operation == 3:
            durable(self._file)
        elif operation == 4:
            return self.blocks
        elif operation == 5:
            return BLOCK
        elif operation == 6:
            self._erase(argument)
        return 0

    def _erase(self, block):
        self._file.seek(block * BLOCK)
        for _ in range(BLOCK // len(_ERASED)):
            self._file.write(_ERASED)


_ERASED = b"\xff" * 256
