# SPDX-License-Identifier: MIT
"""Finds the journal's state after a start, whatever the last power cut left (FAULTS F1-F4). Writes nothing.

Reads every block's header, then the newest block, the place behind it and the oldest block: bounded work.
"""

from collections import namedtuple

from pos.journal import ring as states
from pos.journal.cursor import SMALLEST_CURSOR, parse_cursor
from pos.journal.errors import JournalDamaged, JournalUnformatted
from pos.journal.layout import (
    BLOCK,
    HEADER,
    LONGEST_TERMINAL,
    MAGIC,
    RECORD,
    TERMINAL_AT,
    VERSION,
    parse_header,
)

RecoveryReport = namedtuple(
    "RecoveryReport",
    ("records", "pending", "torn_bytes", "dropped_blocks", "epoch", "next_seq"),
)


class Recovery:
    """One recovery: fills `ring`; `header`, `cursor`, `trusted_s`, `next_seq`, `end`, `torn_bytes` are the state."""

    def __init__(self, flash, ring, walk, cursor):
        self._flash, self._ring, self._walk = flash, ring, walk
        self._head = memoryview(bytearray(HEADER))
        self.header = None
        self.cursor = cursor
        self.next_seq = self.end = self.torn_bytes = self.dropped = self.trusted_s = 0

    def run(self):
        self._read_headers()
        self._link_blocks()
        self._scan_newest()
        self._inspect_tail()
        self._inspect_ahead()
        self._check_oldest()

    def _header_of(self, block):
        self._flash.read(block, 0, self._head)
        return parse_header(self._head)

    def _read_headers(self):
        """Note every valid header; the newest is the one with the highest counter."""
        ring, written = self._ring, 0
        for block in range(ring.blocks):
            header = self._header_of(block)
            if header is None:
                written += self._flash.used_end(block, 0) > 0 if self.header is None and not written else 0
                continue
            ring.state[block] = states.USED
            ring.counter[block], ring.first_seq[block] = header.counter, header.first_seq
            if self.header is None or header.counter > self.header.counter:
                self.header, ring.active = header, block
        if self.header is None and written:
            raise JournalDamaged("journal: no readable block; export the image, then provision again")
        if self.header is None:
            raise JournalUnformatted("journal: not formatted; provision the terminal")

    def _link_blocks(self):
        """Backwards from the newest: counters fall by one. What is behind a gap is not part of the journal."""
        ring, expected = self._ring, self.header.counter - 1
        for step in range(1, ring.blocks):
            block = (ring.active - step) % ring.blocks
            if ring.state[block] == states.FREE:
                continue
            if ring.counter[block] != expected:
                ring.state[block] = states.FREE
                self.dropped += 1
                continue
            expected -= 1
            if self._header_of(block).epoch != self.header.epoch:
                ring.state[block] = states.OLD

    def _scan_newest(self):
        walk, header = self._walk, self.header
        self.next_seq, self.trusted_s = header.first_seq, header.trusted_s
        self.cursor = self.cursor.merged(header.cumulative, ())
        walk.open(self._ring.active, header.counter)
        self.end = HEADER
        while walk.advance():
            payload = walk.load()
            if payload is None:
                break
            self._take(walk, payload)
            self.end = walk.end

    def _take(self, walk, payload):
        if walk.kind == RECORD:
            if walk.seq != self.next_seq:
                raise JournalDamaged("journal: record %d where %d belongs" % (walk.seq, self.next_seq))
            self.next_seq += 1
            return
        epoch, cursor, trusted_s = parse_cursor(payload, self.header.version)
        self.trusted_s = trusted_s
        if epoch == self.header.epoch:
            self.cursor = self.cursor.merged(cursor.cumulative, cursor.ranges)

    def _inspect_tail(self):
        """Programmed bytes behind the last valid frame: a torn frame. A valid frame behind it: damage."""
        self.torn_bytes = self._flash.used_end(self._ring.active, self.end) - self.end
        if self.torn_bytes and self._walk.any_from(self.end):
            raise JournalDamaged("journal: record %d is unreadable; export the image" % self.next_seq)

    def _inspect_ahead(self):
        """A block opened after the newest whose header is damaged must not pass for a free one."""
        block = self._ring.next()
        if block is None or self._ring.state[block] != states.FREE:
            return
        if self._flash.used_end(block, HEADER) == HEADER:
            return
        self._walk.open(block, self.header.counter + 1)
        if self._walk.any_from(HEADER):
            raise JournalDamaged("journal: newest block is unreadable; export the image")

    def _check_oldest(self):
        """An erase that was cut may have left the oldest block's header: drop it if it is not whole."""
        ring = self._ring
        block = ring.oldest()
        after = ring.following(block)
        if after is not None and not self._whole(block, ring.first_seq[after]):
            if not ring.retired(block, self.cursor.cumulative):
                raise JournalDamaged("journal: records from %d on are unreadable" % ring.first_seq[block])
            ring.state[block] = states.FREE
            self.dropped += 1
        missing, first = self.cursor.cumulative + 1, ring.first_seq[ring.oldest()]
        if first > missing:
            if not self._starved():
                raise JournalDamaged("journal: records from %d on are missing" % missing)
            self.cursor = self.cursor.merged(first - 1, ())

    def _starved(self):
        """Was there no room even for a cursor? Only then is a block erased on a receipt that no frame tells of."""
        ring = self._ring
        ring.recount(self.cursor.cumulative)
        full = write_offset(self) + SMALLEST_CURSOR > BLOCK
        return full and ring.usable == 1 and self._erase_begun(ring.next())

    def _erase_begun(self, block):
        """An erase only sets bits, first of all those of the header and of the frame behind it."""
        if self._header_of(block) is not None:
            return False
        known = MAGIC + self.header.terminal
        found = bytes(self._head[: len(MAGIC)]) + bytes(
            self._head[TERMINAL_AT : TERMINAL_AT + LONGEST_TERMINAL]
        )
        if any([found[i] & known[i] != known[i] for i in range(len(known))]):
            return False
        self._walk.open(block, self._ring.counter[self._ring.oldest()] - 1)
        return not (self._walk.advance() and self._walk.load() is not None)

    def _whole(self, block, end_seq):
        walk, seq = self._walk, self._ring.first_seq[block]
        walk.open(block, self._ring.counter[block])
        while seq < end_seq and walk.advance() and walk.load() is not None:
            seq += walk.kind == RECORD
        return seq == end_seq

    def report(self):
        held = self.next_seq - self._ring.first_seq[self._ring.oldest()]
        pending = self.next_seq - 1 - self.cursor.cumulative - self.cursor.covered()
        return RecoveryReport(held, pending, self.torn_bytes, self.dropped, self.header.epoch, self.next_seq)


def write_offset(recovery):
    """Where the next frame may go: nowhere in this block when its tail is torn, for bits cannot be set again.

    Nor in a block of an earlier format: it is never changed, the next one is written in today's.
    """
    if recovery.header.version < VERSION:
        return BLOCK
    return BLOCK if recovery.torn_bytes else recovery.end
