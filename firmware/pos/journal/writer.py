# SPDX-License-Identifier: MIT
"""The writing end of the journal: frames into the active block, and the next block when it is full.

A frame is durable when the function that writes it returns. Programmed bytes are never programmed again.
"""

from hashlib import sha256

from pos.journal import ring as states
from pos.journal.cursor import LARGEST_CURSOR, MOST_RANGES, Cursor
from pos.journal.errors import JournalFull
from pos.journal.flash import Page
from pos.journal.frame import FrameBuffer
from pos.journal.layout import (
    BLOCK,
    CURSOR,
    FRAME_HEAD,
    HEADER,
    LARGEST_FRAME,
    LINK_SIZE,
    LONGEST_TERMINAL,
    RECORD,
    VERSION,
    Header,
    frame_seed,
    frame_size,
    pack_header,
)

_LAST = BLOCK - FRAME_HEAD  # a frame fits if its payload ends here, for both are multiples of 16 from BLOCK

assert frame_size(LARGEST_CURSOR) <= LARGEST_FRAME and LARGEST_CURSOR == 12 + 8 * MOST_RANGES


class Writer:
    """Knows where the next frame goes. `frame` is where a record is put before `write_record`."""

    def __init__(self, flash, ring):
        self._flash, self._ring = flash, ring
        self._record = FrameBuffer(RECORD, LARGEST_FRAME, flash.check)
        self._meta = FrameBuffer(CURSOR, frame_size(LARGEST_CURSOR), flash.check)  # headers too
        self.frame = self._record.buf
        self.cursor = Cursor()
        self.epoch = 0
        self.trusted_s = 0  # what the host last said of the time; every cursor and header tells it
        self.next_seq = 1
        self.terminal = b""
        self.offset = BLOCK  # of the next frame
        self.end = HEADER  # behind the last valid frame; before `offset` where a tail is torn
        self._seed = 0  # frame_seed of the active block
        self._chain = None  # hash of the active block up to `end`, if all of it was written since the start

    def resume(self, recovery, offset):
        """Go on where `recovery` found the end."""
        header = recovery.header
        self.epoch, self.terminal = header.epoch, header.terminal.rstrip(b"\0")
        self.next_seq, self.cursor = recovery.next_seq, recovery.cursor
        self.trusted_s = recovery.trusted_s
        self.offset, self.end = offset, recovery.end
        self._seed, self._chain = frame_seed(header.counter, 0), None
        self._ring.recount(self.cursor.cumulative)

    @property
    def usable(self):
        return self._ring.usable

    def fits(self, payload_size, spare):
        """Is there room for a frame, with `spare` more blocks left to open after it?"""
        rotates = self.offset + frame_size(payload_size) > BLOCK
        return self._ring.usable - rotates >= spare

    def write_record(self, payload_size):
        """Write the payload at FRAME_HEAD of `frame` as record `next_seq`; its number."""
        seq = self.next_seq
        while not self._put(self._record, seq, payload_size):
            self.rotate()
        self.next_seq = seq + 1
        return seq

    def write_cursor(self, cursor):
        """Make `cursor` durable and valid."""
        while not self._put_cursor(cursor):
            self.rotate()
        self.adopt(cursor)

    def adopt(self, cursor):
        """`cursor` is valid: what it covers need not be kept."""
        self.cursor = cursor
        self._ring.advance(cursor.cumulative)

    def _put_cursor(self, cursor):
        size = cursor.pack_into(self._meta.buf, FRAME_HEAD, self.epoch, self.trusted_s)
        return self._put(self._meta, cursor.cumulative, size)

    def _put(self, frames, seq, payload_size):
        """Program a frame at `offset`; False when the block has no room for it or does not take it."""
        offset = self.offset
        if offset + payload_size > _LAST:
            return False
        frame = frames.seal(self._seed | offset, seq, payload_size)
        self.offset = BLOCK  # no place any more, should this fail or be interrupted
        if not self._flash.program(self._ring.active, offset, frame):
            return False
        self.offset = self.end = offset + frame.size
        if self._chain:
            self._chain.update(frame.view)
        return True

    def rotate(self, epoch=None):
        """Open the next block that works; JournalFull when the host has not receipted what it holds."""
        link = self._link()
        while self._ring.usable > 0:
            block = self._erased()
            if self._open(block, link, epoch):
                return
            self._ring.spoil(block)
        raise JournalFull("journal full of records that the host has not receipted: connect and sync")

    def prepare(self):
        """Erase the next block ahead of need. False when there is nothing to do."""
        block = self._ring.next() if self._ring.usable else None
        if block is None or self._ring.state[block] == states.CLEAN:
            return False
        self._erased()
        return True

    def _erased(self):
        ring = self._ring
        block = ring.next()
        if ring.state[block] != states.CLEAN:
            ring.state[block] = states.FREE
            self._flash.erase(block)
            ring.state[block] = states.CLEAN
        return block

    def _link(self):
        """Hash over the block that is closed and, through its own link, over all before it."""
        chain, self._chain = self._chain, None
        if not chain:
            chain = sha256()
            self._flash.digest(self._ring.active, self.end, chain)
        return chain.digest()[:LINK_SIZE]

    def _open(self, block, link, epoch):
        if epoch is None:
            epoch, first_seq, cursor = self.epoch, self.next_seq, self.cursor
        else:
            first_seq, cursor = 1, Cursor()
        counter = self._ring.counter[self._ring.active] + 1
        self._ring.state[block] = states.FREE
        if not write_header(self._flash, self._meta.buf, block, counter, epoch, first_seq, cursor.cumulative,
                            self.end, self.trusted_s, self.terminal, link):  # fmt: skip
            return False
        if epoch != self.epoch:
            self._ring.age_all()
        self._ring.open(block, counter, first_seq)
        self.epoch, self.next_seq, self.cursor = epoch, first_seq, cursor
        self.offset = self.end = HEADER
        self._seed, self._chain = frame_seed(counter, 0), sha256(self._meta.buf[:HEADER])
        self._ring.advance(cursor.cumulative)
        if cursor.ranges:
            self._put_cursor(cursor)  # the header carries the cumulative number only
        return True


def write_header(
    flash, buf, block, counter, epoch, first_seq, cumulative, previous_end, trusted_s, terminal, link
):
    """Program the header of an erased block; False when it does not read back."""
    padded = terminal + bytes(LONGEST_TERMINAL - len(terminal))
    header = Header(VERSION, counter, epoch, first_seq, cumulative, previous_end, trusted_s, padded, link)
    pack_header(buf, header)
    return flash.program(block, 0, Page(buf[:HEADER], flash.check[:HEADER]))
