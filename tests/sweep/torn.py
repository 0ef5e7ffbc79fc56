# SPDX-License-Identifier: MIT
"""Flash whose every program and erase is told before it is done, and six ways in which the power can end one."""

from pos.journal.devices import BLOCK

TEARS = ("nothing", "whole", "first half", "all but one byte", "random bits", "second half")
ERASE = 6
_ERASED = b"\xff" * BLOCK  # a block device must not allocate
_ERASED_VIEW = memoryview(_ERASED)


class Flash:
    """NOR flash on `image`, a bytearray; only erased bytes may be programmed.

    before(start, new) is called before `new` is put at `start`: for an erase, 4096 bytes of 0xFF.
    Of several devices on one image each has `blocks` of its own from block `first` on.
    """

    def __init__(self, image, before=None, first=0, blocks=None):
        self._view = memoryview(image)
        self._first, self._blocks = first, blocks or len(image) // BLOCK - first
        self._before = before or _nothing
        self.reads = self.read_bytes = 0

    def readblocks(self, block, buf, offset=0):
        start = (self._first + block) * BLOCK + offset
        self.reads += 1
        self.read_bytes += len(buf)
        buf[:] = self._view[start : start + len(buf)]
        return 0

    def writeblocks(self, block, buf, offset):
        start = (self._first + block) * BLOCK + offset
        end = start + len(buf)
        assert offset % 16 == 0 and len(buf) % 16 == 0 and offset + len(buf) <= BLOCK
        assert self._view[start:end] == _ERASED_VIEW[: len(buf)], "programmed twice"
        return self._put(start, buf)

    def ioctl(self, operation, argument):
        if operation == ERASE:
            return self._put((self._first + argument) * BLOCK, _ERASED)
        return {4: self._blocks, 5: BLOCK}.get(operation, 0)

    def close(self):
        pass

    def _put(self, start, new):
        self._before(start, new)
        self._view[start : start + len(new)] = new
        return 0


def _nothing(start, new):
    pass


def tear(image, start, new, way, seed):
    """Leave on `image` what a power cut leaves while `new` is put at `start`."""
    size = len(new)
    if way == "random bits":
        _mix(image, start, new, seed)
    elif way == "second half":
        image[start + size // 2 : start + size] = new[size // 2 :]
    else:
        done = {"nothing": 0, "whole": size, "first half": size // 2, "all but one byte": size - 1}[way]
        image[start : start + done] = new[:done]


def _mix(image, start, new, seed):
    """Every bit is the old or the new one."""
    random = seed & 0x7FFF
    for i in range(len(new)):
        random = (random * 25173 + 13849) & 0x7FFF  # full period, and small integers on 32 bits
        mask = random >> 7
        image[start + i] = image[start + i] & ~mask | new[i] & mask
