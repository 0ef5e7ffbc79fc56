# SPDX-License-Identifier: MIT
"""A reused buffer in which frames are made. Views of it are kept by size, so that appending allocates little."""

import struct

from pos.compat import crc32
from pos.journal.layout import FRAME_FORMAT, FRAME_HEAD, frame_seed, frame_size

_ONES = b"\xff" * 16


class FrameBuffer:
    """Put a payload at FRAME_HEAD of `buf`, then `seal` it."""

    def __init__(self, size):
        self.buf = memoryview(bytearray(size))
        self._views = {}  # payload size: (whole frame, bytes under the CRC, format of the padding)

    def seal(self, kind, seq, payload_size, counter, offset):
        """View of the complete frame for its place; padding stays erased."""
        if payload_size not in self._views:
            self._views[payload_size] = self._view(payload_size)
        whole, covered, padding = self._views[payload_size]
        pack = struct.pack_into
        pack(FRAME_FORMAT, self.buf, 0, 0, kind, 0, payload_size, seq)
        pack(padding, self.buf, FRAME_HEAD + payload_size, _ONES)
        pack(">I", self.buf, 0, crc32(covered, frame_seed(counter, offset)))
        return whole

    def _view(self, payload_size):
        end, size = FRAME_HEAD + payload_size, frame_size(payload_size)
        return self.buf[:size], self.buf[4:end], "%ds" % (size - end)
