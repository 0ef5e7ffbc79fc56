# SPDX-License-Identifier: MIT
"""One small state that survives power cuts, on two or more blocks of flash of its own: older states are erased.

The next block is programmed and read back, then the one before is erased. Device: MicroPython's extended block
interface, erased or encrypted flash. More than two blocks share the wear.
"""

import struct

from pos.compat import const, crc32
from pos.crypto.wipe import wipe

_SYNC, _COUNT, _SIZE, _ERASE = const(3), const(4), const(5), const(6)
_CHUNK = const(256)
_HEAD = "<4sII"  # magic, number of the state, its length; then the state, CRC-32, 0xFF up to 16 bytes
_HEAD_SIZE = const(12)
_MAGIC = b"KS01"
_ONES = b"\xff" * _CHUNK


class SlotError(Exception):
    """The medium does not hold what was written, or does not forget it."""


def _ok(result):
    if result:
        raise OSError(abs(result), "key slots")


class Slots:
    """`load` first; then `state` is what was saved last, or None. `state` is overwritten by its owner in place."""

    def __init__(self, device, size):
        self._device, self._size = device, size
        self._blocks, self._block_size = device.ioctl(_COUNT, 0), device.ioctl(_SIZE, 0)
        self._frame = bytearray(-(-(_HEAD_SIZE + size + 4) // 16) * 16)
        self._check = memoryview(bytearray(_CHUNK))
        self._block, self._number = 0, 0
        self.state = memoryview(self._frame)[_HEAD_SIZE : _HEAD_SIZE + size]
        if self._blocks < 2 or len(self._frame) > self._block_size:
            raise ValueError("key slots: two blocks of %d bytes wanted" % len(self._frame))

    def load(self):
        """Is there a state? It is in `state` then; every other block is erased."""
        newest, number = None, 0
        for block in range(self._blocks):
            found = self._read(block)
            if found > number:
                newest, number = block, found
        for block in range(self._blocks):
            if block != newest and not self._blank(block):
                self._erase(block)
        if newest is None:
            wipe(self._frame)
            return False
        self._read(newest)
        self._block, self._number = newest, number
        return True

    def save(self):
        """Make `state` durable, then forget the one before. SlotError when the medium fails."""
        target = (self._block + 1) % self._blocks
        self._seal(self._number + 1)
        _ok(self._device.writeblocks(target, self._frame, 0))
        _ok(self._device.ioctl(_SYNC, 0))
        if not self._holds_frame(target):
            raise SlotError("key slots: block %d does not hold what is written" % target)
        before = self._block
        self._block, self._number = target, self._number + 1
        self._erase(before)

    def erase(self):
        """Forget everything, the newest first."""
        wipe(self._frame)
        for i in range(self._blocks):
            self._erase((self._block + i) % self._blocks)

    def _seal(self, number):
        frame, end = self._frame, _HEAD_SIZE + self._size
        struct.pack_into(_HEAD, frame, 0, _MAGIC, number, self._size)
        struct.pack_into("<I", frame, end, crc32(memoryview(frame)[:end]))
        for i in range(end + 4, len(frame)):
            frame[i] = 0xFF

    def _read(self, block):
        """The number of the state in a block, which is in the frame now; 0 when there is none."""
        frame, end = self._frame, _HEAD_SIZE + self._size
        _ok(self._device.readblocks(block, frame, 0))
        magic, number, size = struct.unpack_from(_HEAD, frame, 0)
        if magic != _MAGIC or size != self._size:
            return 0
        whole = struct.unpack_from("<I", frame, end)[0] == crc32(memoryview(frame)[:end])
        return number if whole else 0

    def _holds_frame(self, block):
        view = memoryview(self._frame)
        for at in range(0, len(view), _CHUNK):
            check = self._check[: min(_CHUNK, len(view) - at)]
            _ok(self._device.readblocks(block, check, at))
            if check != view[at : at + len(check)]:
                return False
        return True

    def _blank(self, block):
        for at in range(0, self._block_size, _CHUNK):
            _ok(self._device.readblocks(block, self._check, at))
            if self._check != _ONES:
                return False
        return True

    def _erase(self, block):
        _ok(self._device.ioctl(_ERASE, block))
        _ok(self._device.ioctl(_SYNC, 0))
        if not self._blank(block):  # under flash encryption erased flash reads as noise
            _ok(self._device.readblocks(block, self._check, 0))
            if self._check[: len(_MAGIC)] == _MAGIC:
                raise SlotError("key slots: block %d cannot be erased" % block)
