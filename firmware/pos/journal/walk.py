# SPDX-License-Identifier: MIT
"""Steps through the frames of one block, one small buffer per walk; a payload counts only with its CRC."""

import struct

from pos.compat import crc32
from pos.journal.layout import (
    BLOCK,
    CURSOR,
    FRAME_FORMAT,
    FRAME_HEAD,
    HEADER,
    LARGEST_FRAME,
    LARGEST_PAYLOAD,
    RECORD,
    frame_seed,
    frame_size,
)


class Walk:
    """Position in a block: `advance` to the next frame's head, then `load` its payload."""

    def __init__(self, flash):
        self._flash = flash
        self._buf = memoryview(bytearray(LARGEST_FRAME))
        self._head = self._buf[:FRAME_HEAD]
        self.block = None
        self.counter = self.offset = self.end = 0
        self.kind = self.seq = self.size = self._crc = 0

    def open(self, block, counter, offset=HEADER):
        """Stand before the frame at `offset` of `block`, whose generation is `counter`."""
        self.block, self.counter = block, counter
        self.offset = self.end = offset  # of the present frame, and behind it

    def advance(self):
        """Read the next frame's head; False where none can be."""
        self.offset = self.end
        if self.offset + FRAME_HEAD > BLOCK:
            return False
        self._flash.read(self.block, self.offset, self._head)
        self._crc, self.kind, _, self.size, self.seq = struct.unpack_from(FRAME_FORMAT, self._head)
        if self.kind not in _KINDS or self.size > LARGEST_PAYLOAD:
            return False
        self.end = self.offset + frame_size(self.size)
        if self.end > BLOCK:
            self.end = self.offset
            return False
        return True

    def load(self):
        """Payload of the present frame, valid until the next step; None when its CRC does not match."""
        payload = self._buf[FRAME_HEAD : FRAME_HEAD + self.size]
        self._flash.read(self.block, self.offset + FRAME_HEAD, payload)
        covered = self._buf[4 : FRAME_HEAD + self.size]
        if crc32(covered, frame_seed(self.counter, self.offset)) != self._crc:
            return None
        return payload

    def any_from(self, offset):
        """Is there a valid frame at or behind `offset`? Looks at every place where one may start."""
        while offset + FRAME_HEAD <= BLOCK:
            self.open(self.block, self.counter, offset)
            if self.advance() and self.load() is not None:
                return True
            offset += 16
        return False


_KINDS = (RECORD, CURSOR)
