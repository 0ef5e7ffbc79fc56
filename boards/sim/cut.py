# SPDX-License-Identifier: MIT
"""A block device whose power goes at the n-th program or erase operation (FAULTS.md F1).

The operation at which it happens is done whole, half or not at all; then the process waits to be killed.
"""

import time


class CutDevice:
    """Extended block device interface around another; every writeblocks and erase counts as one operation."""

    def __init__(self, device, report):
        """report(): tell the workbench that the cut is reached."""
        self._device, self._report = device, report
        self._left = None
        self._tear = None
        self.operations = 0

    def control(self, message):
        """Take {"cut_after_writes": n, "tear": "half", "nothing" or absent}; n 0 cuts at once."""
        if "cut_after_writes" in message:
            self._left, self._tear = message["cut_after_writes"], message.get("tear")
            if self._left == 0:
                self._die()

    @property
    def armed(self):
        """Whether a cut is set."""
        return self._left is not None

    def readblocks(self, n, buf, off=0):
        return self._device.readblocks(n, buf, off)

    def writeblocks(self, n, buf, off=None):
        last = self._last()
        if last and self._tear == "half":
            buf = memoryview(buf)[: len(buf) // 2]
        if not (last and self._tear == "nothing"):
            if off is None and len(buf) != self._device.ioctl(5, 0):
                self._device.ioctl(6, n)
                off = 0
            self._write(n, buf, off)
        if last:
            self._die()

    def ioctl(self, op, arg):
        last = op == 6 and self._last()
        result = None
        if not (last and self._tear == "nothing"):
            result = self._device.ioctl(op, arg)
        if last:
            self._die()
        return result

    def _write(self, n, buf, off):
        if off is None:
            self._device.writeblocks(n, buf)
        else:
            self._device.writeblocks(n, buf, off)

    def _last(self):
        self.operations += 1
        if self._left is None:
            return False
        self._left -= 1
        return self._left <= 0

    def _die(self):
        self._device.ioctl(3, 0)
        self._report()
        while True:  # the workbench kills this process: the power is gone, nothing may happen any more
            time.sleep(1)
