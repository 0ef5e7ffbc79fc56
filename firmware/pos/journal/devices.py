# SPDX-License-Identifier: MIT
"""Block devices without flash: in memory for tests, in a file for Linux and the Unix port.

MicroPython's extended block interface (docs.micropython.org, vfs, AbstractBlockDev): programming clears bits.
"""

import os

from pos.compat import durable

BLOCK = 4096
PAGE = 256
_EINVAL = -22


class RamDevice:
    """`blocks` blocks in memory, erased at first. Kept in pages, so that a small heap can hold them."""

    def __init__(self, blocks):
        self.blocks = blocks
        # each a bytearray of PAGE, or None when erased
        self.pages: "list[bytearray | None]" = [None] * (blocks * BLOCK // PAGE)

    def _spans(self, block, offset, size):
        """(page, offset in it, offset in the caller's buffer, bytes) of each page touched."""
        start, done = block * BLOCK + offset, 0
        while done < size:
            at = (start + done) % PAGE
            part = min(PAGE - at, size - done)
            yield (start + done) // PAGE, at, done, part
            done += part

    def readblocks(self, block, buf, offset=0):
        view = memoryview(buf)
        for page, at, done, part in self._spans(block, offset, len(buf)):
            content = self.pages[page] or _ERASED
            view[done : done + part] = content[at : at + part]
        return 0

    def writeblocks(self, block, buf, offset=None):
        if block * BLOCK + (offset or 0) + len(buf) > self.blocks * BLOCK:
            return _EINVAL
        if offset is None:
            for i in range(len(buf) // BLOCK):
                self.ioctl(6, block + i)
        for page, at, done, part in self._spans(block, offset or 0, len(buf)):
            content = self.pages[page] = self.pages[page] or bytearray(_ERASED)
            for i in range(part):
                content[at + i] &= buf[done + i]
        return 0

    def ioctl(self, operation, argument):
        if operation == 4:
            return self.blocks
        if operation == 5:
            return BLOCK
        if operation == 6:
            for page in range(argument * BLOCK // PAGE, (argument + 1) * BLOCK // PAGE):
                self.pages[page] = None
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

    @staticmethod
    def exists(path):
        """Is there a file, whatever is in it?"""
        try:
            os.stat(path)
        except OSError:
            return False
        return True

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
        for _ in range(BLOCK // PAGE):
            self._file.write(_ERASED)


_ERASED = b"\xff" * PAGE
