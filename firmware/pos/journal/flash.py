# SPDX-License-Identifier: MIT
"""A block device as the journal sees it: read, program and read back, erase.

The device has MicroPython's extended block interface: readblocks/writeblocks(n, buf, offset), ioctl 3-6.
"""

from collections import namedtuple

from pos.compat import const
from pos.journal.layout import BLOCK, LARGEST_FRAME

_SYNC, _COUNT, _SIZE, _ERASE = const(3), const(4), const(5), const(6)
_CHUNK = const(256)
_ONES = b"\xff" * _CHUNK

Page = namedtuple("Page", ("view", "check"))  # bytes to program, and as many of Flash.check


def _ok(result):
    if result:
        raise OSError(abs(result), "journal device")


class Flash:
    """Reads and writes parts of blocks; every program is read back before it counts (FAULTS F5)."""

    def __init__(self, device):
        if device.ioctl(_SIZE, 0) != BLOCK:
            raise ValueError("journal device: blocks of %d bytes wanted" % BLOCK)
        self._device = device
        self.blocks = device.ioctl(_COUNT, 0)
        self.check = memoryview(bytearray(LARGEST_FRAME))  # what was programmed is read back into it

    def read(self, block, offset, view):
        """Fill `view` from `offset` of `block`."""
        failed = self._device.readblocks(block, view, offset)
        if failed:  # a call less: nothing is called as often
            _ok(failed)

    def program(self, block, offset, page):
        """Durably program `page.view`. False when it does not read back into `page.check`: the place is bad."""
        device = self._device
        wrong = device.writeblocks(block, page.view, offset) or device.ioctl(_SYNC, 0)
        wrong = wrong or device.readblocks(block, page.check, offset)
        if wrong:
            _ok(wrong)
        return page.check == page.view

    def erase(self, block):
        """Erase one block. That it worked shows when it is programmed and read back."""
        _ok(self._device.ioctl(_ERASE, block))
        _ok(self._device.ioctl(_SYNC, 0))

    def used_end(self, block, offset):
        """Offset behind the last byte of `block` that is programmed, at least `offset`."""
        end = offset
        while offset < BLOCK:
            size = min(_CHUNK, BLOCK - offset)
            view = self.check[:size]
            self.read(block, offset, view)
            if view != _ONES[:size]:
                end = offset + max([i for i in range(size) if view[i] != 0xFF]) + 1
            offset += size
        return end

    def digest(self, block, end, sink):
        """Feed bytes 0 to `end` of `block` to sink.update."""
        for offset in range(0, end, _CHUNK):
            view = self.check[: min(_CHUNK, end - offset)]
            self.read(block, offset, view)
            sink.update(view)
