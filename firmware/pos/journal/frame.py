# SPDX-License-Identifier: MIT
"""A reused buffer in which frames of one type are made. What depends on their size only is kept by size.

Appending is the terminal's most frequent work: it allocates nothing and calls as little as it can.
"""

import struct
from collections import namedtuple

from pos.compat import crc32
from pos.journal.layout import FRAME_HEAD, frame_size

_ONES = b"\xff" * 16

# view: the whole frame; check: as long, to read it back into; covered: what is under the CRC; head: type and length
Frame = namedtuple("Frame", ("view", "check", "covered", "head", "padding", "size"))


class FrameBuffer:
    """Put a payload at FRAME_HEAD of `buf`, then `seal` it."""

    def __init__(self, kind, size, check):
        self.buf = memoryview(bytearray(size))
        self._kind, self._check = kind, check
        self._frames = {}  # by size of the payload

    def seal(self, crc, seq, payload_size):
        """The complete Frame. `crc` (layout.frame_seed) binds it to its place; padding stays erased."""
        frame = self._frames.get(payload_size) or self._framed(payload_size)
        _pack(">II", self.buf, 4, frame.head, seq)
        _pack(frame.padding, self.buf, FRAME_HEAD + payload_size, _ONES)
        crc = crc32(frame.covered, crc)
        _pack(">I", self.buf, 0, crc)
        return frame

    def _framed(self, payload_size):
        end, size = FRAME_HEAD + payload_size, frame_size(payload_size)
        view, check, covered = self.buf[:size], self._check[:size], self.buf[4:end]
        head = self._kind << 24 | payload_size
        frame = Frame(view, check, covered, head, "%ds" % (size - end), size)
        self._frames[payload_size] = frame
        return frame


_pack = struct.pack_into
