# SPDX-License-Identifier: MIT
"""Writes a journal in format 1, as the first application did; shares nothing with today's writer.

Format 1: bytes 24 to 27 of a block header are 0, and a cursor is epoch, cumulative, then its pairs.
"""

import struct
from hashlib import sha256

from journal_bench import Flash
from pos.compat import crc32
from pos.journal.devices import BLOCK

TERMINAL = b"SIM00001" + bytes(8)
_RECORD, _CURSOR = 0xA1, 0xA2


class Journal1:
    """A journal of `blocks` blocks in memory; never goes round."""

    def __init__(self, blocks=6, epoch=1):
        self.flash = Flash(blocks)
        self.epoch, self.next_seq, self.cumulative = epoch, 1, 0
        self._block, self._offset = -1, BLOCK
        self._open(bytes(16))

    def append(self, schema, values):
        values[0], values[1], values[2] = schema.kind, self.epoch, self.next_seq
        self._frame(_RECORD, self.next_seq, schema.pack(values))
        self.next_seq += 1

    def retire(self, cumulative, ranges=()):
        self.cumulative = cumulative
        payload = struct.pack(">II", self.epoch, cumulative)
        for low, high in ranges:
            payload += struct.pack(">II", low, high)
        self._frame(_CURSOR, cumulative, payload)

    def _frame(self, kind, seq, payload):
        size = (12 + len(payload) + 15) & ~15
        if self._offset + size > BLOCK:
            self._open(self._link())
        covered = struct.pack(">BBHI", kind, 0, len(payload), seq) + payload
        seed = (self._block + 1) << 12 | self._offset
        frame = struct.pack(">I", crc32(covered, seed)) + covered
        self._program(frame + b"\xff" * (size - len(frame)))

    def _open(self, link):
        end, self._block, self._offset = self._offset, self._block + 1, 0
        header = struct.pack(
            ">3sBIIIIII16s16s", b"SPJ", 1, self._block + 1, self.epoch, self.next_seq, self.cumulative,
            end if self._block else 0, 0, TERMINAL, link,
        )  # fmt: skip
        self._program(header + struct.pack(">I", crc32(header)))

    def _program(self, data):
        self.flash.writeblocks(self._block, data, self._offset)
        self._offset += len(data)

    def _link(self):
        content = bytearray(self._offset)
        self.flash.readblocks(self._block, content, 0)
        return sha256(content).digest()[:16]
