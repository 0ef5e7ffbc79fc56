# SPDX-License-Identifier: MIT
"""Plain twin of `heads_native`, for CPython and ports without a native emitter."""


def wrong_head(buf, offset, image, positions):
    """1 + position of the first byte that differs from `image`, else 0. `positions`: u16, little-endian, each."""
    for i in range(0, len(positions), 2):
        at = positions[i] | positions[i + 1] << 8
        if buf[offset + at] != image[at]:
            return at + 1
    return 0
