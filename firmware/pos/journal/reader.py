# SPDX-License-Identifier: MIT
"""The reading end: one record by number, those the host still wants, all that are held.

Every record is checked by its CRC when read. Iterators survive appends and receipts between two steps.
"""

from array import array

from pos.compat import const
from pos.journal.errors import JournalDamaged
from pos.journal.layout import RECORD
from pos.journal.ring import OLD
from pos.journal.walk import Walk

_NO_LIMIT = const(0xFFFFFFFF)


class Reader:
    """Iterators over the records of `ring`; each has its own small buffer."""

    def __init__(self, flash, ring, writer):
        self._flash, self._ring, self._writer = flash, ring, writer
        self._walk = Walk(flash)
        self.lost = 0  # places where `scan` met records that the host has and nobody can read any more

    def first_held(self):
        """Lowest number of this epoch that is still held; `next_seq` when none is."""
        return self._ring.first_seq[self._ring.oldest()]

    def read(self, seq):
        """Encoded record, or None when it is not held (any more)."""
        if not self.first_held() <= seq < self._writer.next_seq:
            return None
        self._walk.block = None
        return bytes(self._load(self._walk, seq))

    def _load(self, walk, seq):
        ring = self._ring
        if walk.block is None or ring.counter[walk.block] != walk.counter or not ring.holds(walk.block, seq):
            block = ring.find(seq)
            walk.open(block, ring.counter[block])
        while walk.advance():
            if walk.kind == RECORD and walk.seq == seq:
                payload = walk.load()
                if payload is not None:
                    return payload
                break
        raise JournalDamaged("journal: record %d is unreadable; export the image" % seq)

    def pending(self, after_seq):
        """(seq, payload) of what the host has not receipted, ascending."""
        walk, seq = None, after_seq + 1
        while True:
            seq = self._writer.cursor.next_open(seq)
            if seq >= self._writer.next_seq:
                return
            walk = walk or Walk(self._flash)  # not for nothing: the outbox looks every second
            yield seq, self._load(walk, seq)
            seq += 1

    def scan(self, newest_first, from_seq):
        """(seq, payload) of all that is held, earlier epochs included; with `from_seq` of this epoch from there on."""
        blocks = list(self._ring.order())
        first = self._ring.find(from_seq) if from_seq else None
        if first is not None:
            blocks = blocks[blocks.index(first) :]
        if newest_first:
            blocks.reverse()
        walk = Walk(self._flash)
        for block in blocks:
            counter = self._ring.counter[block]
            offsets = self._offsets(walk, block, counter)
            for i in range(len(offsets)):
                if self._ring.counter[block] != counter:
                    break  # erased meanwhile, so the host had it all
                walk.open(block, counter, offsets[-1 - i if newest_first else i])
                walk.advance()
                payload = walk.load()
                if payload is None:
                    self._lost(block)
                    break
                if walk.seq >= from_seq or first is None:
                    yield walk.seq, payload

    def _offsets(self, walk, block, counter):
        """Offsets of the records of a block."""
        offsets, end_seq = array("H"), self._end_seq(block)
        walk.open(block, counter)
        while walk.advance():
            if walk.kind == RECORD:
                if walk.seq >= end_seq:
                    break
                offsets.append(walk.offset)
        if end_seq == _NO_LIMIT:
            return self._without_torn(walk, block, counter, offsets)
        if len(offsets) < end_seq - self._ring.first_seq[block]:
            self._lost(block)
        return offsets

    def _without_torn(self, walk, block, counter, offsets):
        """The last record of an epoch may have been torn."""
        if offsets:
            walk.open(block, counter, offsets[-1])
            walk.advance()
            if walk.load() is None:
                return offsets[:-1]
        return offsets

    def _end_seq(self, block):
        """Number behind the last record of `block`; no limit is known for the last block of an earlier epoch."""
        ring = self._ring
        after = ring.following(block, OLD)
        if after is None:
            return self._writer.next_seq
        if ring.state[block] == OLD and ring.first_seq[after] <= ring.first_seq[block]:
            return _NO_LIMIT
        return ring.first_seq[after]

    def _lost(self, block):
        if not self._ring.retired(block, self._writer.cursor.cumulative):
            raise JournalDamaged("journal: block %d is unreadable; export the image" % block)
        self.lost += 1
