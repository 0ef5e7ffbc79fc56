# SPDX-License-Identifier: MIT
"""The terminal's journal (docs/journal.md): durable append, delivery by the host's receipt, bounded recovery.

Identity of a record is (terminal, epoch, seq). Numbers rise by one and are never given twice.
"""

from pos.journal.cursor import Cursor
from pos.journal.errors import JournalAhead, JournalError, JournalFull
from pos.journal.flash import Flash
from pos.journal.layout import BLOCK, FRAME_HEAD, HEADER, LINK_SIZE, LONGEST_TERMINAL
from pos.journal.reader import Reader
from pos.journal.ring import Ring
from pos.journal.writer import Writer, write_header

FEWEST_BLOCKS = 6
RESERVE_BLOCKS = 3  # ordinary records leave them: two for reversals, outcomes and prints, one for cursors
_URGENT_SPARE = 1
_USUAL_PAYLOAD = 256


class Journal:
    """Call `recover` before anything else. One writer; iterators may stay open across appends."""

    def __init__(self, device):
        self._flash = Flash(device)
        if self._flash.blocks < FEWEST_BLOCKS:
            raise ValueError("journal device: at least %d blocks wanted" % FEWEST_BLOCKS)
        self._ring = Ring(self._flash.blocks)
        self._writer = Writer(self._flash, self._ring)
        self._reader = Reader(self._flash, self._ring, self._writer)

    @staticmethod
    def format(device, terminal, epoch):
        """Erase `device` and begin a journal. The only way to empty one; nothing calls it by itself."""
        name = terminal.encode()
        if not 0 < len(name) <= LONGEST_TERMINAL or epoch < 1:
            raise ValueError("journal: terminal id of 1 to 16 bytes and an epoch from 1 wanted")
        flash = Flash(device)
        if flash.blocks < FEWEST_BLOCKS:
            raise ValueError("journal device: at least %d blocks wanted" % FEWEST_BLOCKS)
        for block in range(flash.blocks):
            flash.erase(block)
        buf = memoryview(bytearray(HEADER))
        for block in range(flash.blocks):
            if write_header(flash, buf, block, 1, epoch, 1, 0, 0, 0, name, bytes(LINK_SIZE)):
                return
        raise JournalError("journal: no block of the device can be written; replace it")

    def recover(self):
        """Find the end of the log and the cursor; a RecoveryReport. Writes nothing."""
        from pos.journal.recovery import Recovery, write_offset  # once; its memory is wanted afterwards
        from pos.journal.walk import Walk

        recovery = Recovery(self._flash, self._ring, Walk(self._flash), Cursor())
        recovery.run()
        self._writer.resume(recovery, write_offset(recovery))
        return recovery.report()

    @property
    def terminal(self):
        return self._writer.terminal.decode()

    @property
    def epoch(self):
        return self._writer.epoch

    @property
    def next_seq(self):
        return self._writer.next_seq

    @property
    def cumulative(self):
        """The host has receipted every number up to this one."""
        return self._writer.cursor.cumulative

    @property
    def trusted_s(self):
        """The host's last word about the time (Unix seconds); durable with the next receipt or block."""
        return self._writer.trusted_s

    def trust(self, time_s, fresh=False):
        """Remember the host's authenticated time, an earlier one when it is `fresh`; False when nothing changes."""
        known = self._writer.trusted_s
        news = known < time_s <= 0xFFFFFFFF or (fresh and 0 < time_s < known)  # what a cursor can hold
        if news:
            self._writer.trusted_s = time_s
        return news

    def pending_count(self):
        """How many records the host has not receipted."""
        return self.next_seq - 1 - self.cumulative - self._writer.cursor.covered()

    def free_bytes(self):
        """Bytes of frames that ordinary records may still take before the reserve."""
        spare = self._writer.usable - RESERVE_BLOCKS
        return spare * (BLOCK - HEADER) + BLOCK - self._writer.offset if spare >= 0 else 0

    def reserve_reached(self):
        """Would an ordinary record of usual size be refused?"""
        return not self._writer.fits(_USUAL_PAYLOAD, RESERVE_BLOCKS)

    def append(self, schema, values, urgent=False):
        """Number of the record, durable on return. Fills kind, epoch and seq into the list `values`.

        JournalFull: nothing was written. `urgent` (reversal, outcome, print) may use the reserve.
        """
        writer = self._writer
        values[0], values[1], values[2] = schema.kind, writer.epoch, writer.next_seq
        schema.pack_into(writer.frame, FRAME_HEAD, values)
        spare = _URGENT_SPARE if urgent else RESERVE_BLOCKS
        if self._ring.usable <= spare and not writer.fits(schema.size, spare):
            raise JournalFull(
                "journal full: %d records wait for the host; connect and sync" % self.pending_count()
            )
        return writer.write_record(schema.size)

    def retire(self, cumulative, ranges=()):
        """The host's authenticated receipt: it holds every number up to `cumulative` and in `ranges`.

        Durable on return, except when there is no room to say so: then records may be sent again.
        JournalAhead: the host knows numbers that were never given here.
        """
        writer = self._writer
        if cumulative >= writer.next_seq or (ranges and not _known(ranges, writer.next_seq)):
            raise JournalAhead(
                "the host holds records that this journal never wrote: export the image, then a new epoch"
            )
        cursor = writer.cursor.merged(cumulative, ranges)
        if cursor is writer.cursor:
            return
        spare = 0 if cursor.cumulative > writer.cursor.cumulative else _URGENT_SPARE
        if self._ring.usable > spare or writer.fits(cursor.size(), spare):
            writer.write_cursor(cursor)
            return
        writer.adopt(cursor)
        if writer.usable:
            writer.rotate()  # the new block's header says it

    def read(self, seq):
        """Encoded record `seq` of this epoch, or None when it is not held."""
        return self._reader.read(seq)

    def pending(self, after_seq=0):
        """(seq, memoryview) of records without the host's receipt, ascending; views last until the next step."""
        return self._reader.pending(after_seq)

    def scan(self, newest_first=False, from_seq=0):
        """(seq, memoryview) of every record held, or of this epoch's from `from_seq` on; views last one step."""
        return self._reader.scan(newest_first, from_seq)

    @property
    def lost(self):
        """Rises when `scan` leaves out what the host has receipted and nobody can read any more (FAULTS F3)."""
        return self._reader.lost

    def prepare(self):
        """Erase the next block ahead of need, so that no append waits for it; call when idle. True if it did."""
        return self._writer.prepare()

    def verify(self):
        """Check the hash chain over all blocks held; how many links. JournalDamaged: a closed block was changed."""
        from pos.journal.chain import verify_chain

        return verify_chain(self._flash, self._ring)

    def begin_epoch(self, epoch):
        """Number from 1 again under a higher `epoch`, after a restored copy or a lost identity."""
        if not self.epoch < epoch <= 0xFFFFFFFF or self.pending_count():
            raise JournalError("a new epoch must be higher, and begins when nothing waits for the host")
        self._writer.rotate(epoch)


def _known(ranges, next_seq):
    """Were all these numbers given here?"""
    return all([0 < low <= high < next_seq for low, high in ranges])
