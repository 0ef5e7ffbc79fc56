# SPDX-License-Identifier: MIT
"""Bytes of the journal: block headers and frames (docs/journal.md has the tables).

Everything starts and ends at multiples of 16, so that it also works under ESP32 flash encryption.
"""

import struct
from collections import namedtuple

from pos.compat import const, crc32
from pos.journal.errors import JournalError

BLOCK = const(4096)
HEADER = const(64)  # bytes of a block header; frames follow
FRAME_HEAD = const(12)
LARGEST_FRAME = const(256)  # a sale takes 240; several buffers have this size
LARGEST_PAYLOAD = const(244)
RECORD, CURSOR = const(0xA1), const(0xA2)  # frame types; 0xFF is erased flash
VERSION = const(2)  # of the blocks that are written; every earlier one is read
LINK_SIZE = const(16)
LONGEST_TERMINAL = const(16)
TERMINAL_AT = const(28)  # offset in the header

Header = namedtuple(
    "Header",
    (
        "version",
        "counter",
        "epoch",
        "first_seq",
        "cumulative",
        "previous_end",
        "trusted_s",
        "terminal",
        "link",
    ),
)

# magic, version, counter … previous_end, trusted_s (0 in version 1), terminal, link; CRC follows
_HEADER_FORMAT = ">3sBIIIIII16s16s"
FRAME_FORMAT = ">IBBHI"  # CRC, type, reserved, payload length, seq
MAGIC = b"SPJ"


def frame_size(payload_size):
    """Bytes that a frame occupies, padding included."""
    return (FRAME_HEAD + payload_size + 15) & ~15


def pack_header(buf, header):
    """Put a block header into the first HEADER bytes of `buf`."""
    struct.pack_into(_HEADER_FORMAT, buf, 0, MAGIC, *header)
    struct.pack_into(">I", buf, HEADER - 4, crc32(memoryview(buf)[: HEADER - 4]))


def parse_header(buf):
    """Header of a block, or None when there is no valid one. JournalError for a version of the future."""
    if (
        buf[0] != MAGIC[0]
        or crc32(memoryview(buf)[: HEADER - 4]) != struct.unpack_from(">I", buf, HEADER - 4)[0]
    ):
        return None
    fields = struct.unpack_from(_HEADER_FORMAT, buf)
    if fields[0] != MAGIC:
        return None
    if not 0 < fields[1] <= VERSION:
        raise JournalError("journal format %d is not known: update the application" % fields[1])
    return Header(*fields[1:])


def frame_seed(counter, offset):
    """Start value of a frame's CRC: binds it to its place, so that what an erase left behind is never taken."""
    return (counter << 12 | offset) & 0xFFFFFFFF
