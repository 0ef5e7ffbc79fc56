# SPDX-License-Identifier: MIT
"""What the host has receipted: every number up to `cumulative`, and ranges above it. Payload of cursor frames."""

import struct

from pos.compat import const

MOST_RANGES = const(16)  # more are forgotten from above: those records are sent again, which is harmless
SMALLEST_CURSOR = const(32)  # bytes of a frame without ranges
LARGEST_CURSOR = const(12 + 8 * 16)


class Cursor:
    """An immutable state of delivery. Ranges are (low, high), ascending, with gaps between them."""

    def __init__(self, cumulative=0, ranges=()):
        self.cumulative = cumulative
        self.ranges = ranges

    def merged(self, cumulative, ranges):
        """The cursor that also covers `cumulative` and `ranges`; never moves back. Itself when it does so already."""
        if ranges or self.ranges:
            return self._joined(cumulative, ranges)
        return Cursor(cumulative) if cumulative > self.cumulative else self  # the usual receipt

    def _joined(self, cumulative, ranges):
        cumulative = max(cumulative, self.cumulative)
        joined = []
        for low, high in sorted([(low, high) for low, high in ranges] + list(self.ranges)):
            if low <= cumulative + 1:
                cumulative = max(cumulative, high)
            elif joined and low <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(joined[-1][1], high))
            else:
                joined.append((low, high))
        ranges = tuple(joined[:MOST_RANGES])
        same = cumulative == self.cumulative and ranges == self.ranges
        return self if same else Cursor(cumulative, ranges)

    def covered(self):
        """How many numbers above `cumulative` are covered."""
        return sum([high - low + 1 for low, high in self.ranges])

    def next_open(self, seq):
        """The first number from `seq` on that is not covered."""
        seq = max(seq, self.cumulative + 1)
        for low, high in self.ranges:
            if low <= seq <= high:
                return high + 1  # ranges have gaps between them
        return seq

    def size(self):
        """Bytes of the payload."""
        return 12 + 8 * len(self.ranges)

    def pack_into(self, buf, offset, epoch, trusted_s):
        """Write the payload at `offset`; its size."""
        _pack(">II", buf, offset, epoch, self.cumulative)
        _pack(">I", buf, offset + 8, trusted_s)
        return self._pack_ranges(buf, offset + 12) if self.ranges else 12

    def _pack_ranges(self, buf, at):
        for low, high in self.ranges:
            _pack(">II", buf, at, low, high)
            at += 8
        return self.size()


_pack = struct.pack_into


def parse_cursor(buf, version):
    """(epoch, Cursor, trusted_s) of a payload in a block of format `version`; version 1 had no time."""
    epoch, cumulative = struct.unpack_from(">II", buf)
    start = 8 if version == 1 else 12
    ranges = [struct.unpack_from(">II", buf, at) for at in range(start, len(buf) - 7, 8)]
    return (
        epoch,
        Cursor(cumulative, tuple(ranges)),
        0 if version == 1 else struct.unpack_from(">I", buf, 8)[0],
    )
