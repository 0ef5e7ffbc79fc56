# SPDX-License-Identifier: MIT
# heap: 512k
"""FAULTS F3 to F6 on the journal: damage is told, never papered over; bad blocks are stepped over."""

from expect import raises
from journal_bench import Flash, PowerCut, amounts, formatted, numbers, reopened, reversal, sale
from pos.codec import records
from pos.journal import Journal, JournalAhead, JournalDamaged, JournalFull
from pos.journal.devices import BLOCK, PAGE


def flip(flash, block, offset):
    page = flash.pages[(block * BLOCK + offset) // PAGE]
    page[offset % PAGE] ^= 0x04


def filled(count, blocks=6):
    journal, flash = formatted(blocks)
    for amount in range(count):
        journal.append(records.SALE, sale(amount))
    return journal, flash


def test_f3_flipped_bit_before_the_end_of_the_newest_block_is_damage():
    _, flash = filled(5)
    flip(flash, 0, 64 + 240 + 100)
    assert "record 2" in str(raises(JournalDamaged, reopened, flash))


def test_f3_flipped_bit_in_an_unsent_older_block_is_damage_when_read():
    _, flash = filled(60, blocks=12)
    flip(flash, 1, 2000)
    journal, _ = reopened(flash)
    raises(JournalDamaged, list, journal.pending())
    raises(JournalDamaged, list, journal.scan())
    assert journal.read(60) is not None


def test_f3_damaged_header_of_the_newest_block_is_damage():
    _, flash = filled(20)
    flip(flash, 1, 20)
    raises(JournalDamaged, reopened, flash)


def test_f3_damaged_header_of_an_unsent_block_is_damage():
    for block in (0, 1):
        _, flash = filled(40, blocks=8)
        flip(flash, block, 20)
        raises(JournalDamaged, reopened, flash)


def test_f3_damage_to_what_was_receipted_costs_only_the_copy():
    journal, flash = filled(40, blocks=8)
    journal.retire(40)
    flip(flash, 1, 20)
    journal, _ = reopened(flash)
    assert journal.next_seq == 41 and journal.pending_count() == 0
    assert numbers(journal.scan()) == list(range(33, 41))


def test_f3_an_overwritten_device_is_damaged_not_unformatted():
    _, flash = filled(5)
    for block in range(6):
        flash.pages[block * BLOCK // PAGE] = bytearray(b"\x55" * PAGE)
    raises(JournalDamaged, reopened, flash)


def test_s8_a_closed_block_that_was_changed_breaks_the_chain():
    journal, flash = filled(60, blocks=12)
    assert journal.verify() == 3
    flip(flash, 1, 2000)
    assert "block 1" in str(raises(JournalDamaged, journal.verify))


def test_the_chain_holds_over_torn_blocks_and_the_turn_of_the_ring():
    journal, flash = formatted(6)
    for turn in range(8):
        for amount in range(12):
            journal.append(records.SALE, sale(amount))
        journal.retire(journal.next_seq - 1)
        journal, flash = reopened(flash, cut_at=1, tear="half")
        raises(PowerCut, journal.append, records.SALE, sale())
        journal, flash = reopened(flash)
        assert journal.verify() == min(turn, 5)


class WornFlash(Flash):
    """Some blocks neither erase nor program any more, and say nothing."""

    bad = (2, 4)

    def writeblocks(self, block, buf, offset=None):
        return 0 if block in self.bad else Flash.writeblocks(self, block, buf, offset)

    def ioctl(self, operation, argument):
        return 0 if operation == 6 and argument in self.bad else Flash.ioctl(self, operation, argument)


def test_f5_bad_blocks_are_stepped_over():
    flash = WornFlash(8)
    Journal.format(flash, "SIM00001", 1)
    journal = Journal(flash)
    journal.recover()
    for amount in range(200):
        journal.append(records.SALE, sale(amount))
        journal.retire(journal.next_seq - 1)
    again = Journal(flash)
    again.recover()
    assert again.next_seq == 201 and amounts(again)[-1] == 199
    assert all([flash.pages[block * BLOCK // PAGE] is None for block in flash.bad])


def test_f5_a_block_that_dies_in_use_loses_nothing():
    flash = WornFlash(8)
    flash.bad = ()
    Journal.format(flash, "SIM00001", 1)
    journal = Journal(flash)
    journal.recover()
    for amount in range(40):
        if amount == 5:
            flash.bad = (0,)
        if amount == 22:
            flash.bad = (0, 1)
        assert journal.append(records.SALE, sale(amount)) == amount + 1
    assert amounts(journal) == list(range(40))
    again = Journal(flash)
    again.recover()
    assert numbers(again.pending()) == list(range(1, 41))


def test_f5_when_too_many_blocks_are_bad_it_is_full_not_wrong():
    flash = WornFlash(6)
    flash.bad = ()
    Journal.format(flash, "SIM00001", 1)
    journal = Journal(flash)
    journal.recover()
    journal.append(records.SALE, sale(7))
    flash.bad = (1, 2, 3, 4, 5)
    written = 1
    while True:
        try:
            journal.append(records.REVERSAL, reversal(), urgent=True)
        except JournalFull:
            break
        written += 1
    assert written > 16 and numbers(journal.pending()) == list(range(1, written + 1))


def test_s8_a_cursor_behind_a_failed_change_of_blocks_is_in_the_chain():
    flash = WornFlash(8)
    flash.bad = (6, 7)
    Journal.format(flash, "SIM00001", 1)
    journal = Journal(flash)
    journal.recover()
    while journal.next_seq < 200:
        try:
            journal.append(records.SALE, sale(), urgent=True)
        except JournalFull:
            break
    active = journal._ring.active
    journal.retire(journal.next_seq - 1)
    assert journal._ring.active == active, "the cursor went into the block that could not be left"
    journal.append(records.SALE, sale())
    assert journal._ring.active != active and journal.verify() > 0


class FailingFlash(Flash):
    """A device that reports an error once (read-only file system, disk full: FAULTS F9)."""

    fail = False

    def writeblocks(self, block, buf, offset=None):
        if self.fail:
            self.fail = False
            return -5
        return Flash.writeblocks(self, block, buf, offset)


def test_f9_a_reported_error_reaches_the_caller_and_nothing_is_written_twice_in_one_place():
    flash = FailingFlash(6)
    Journal.format(flash, "SIM00001", 1)
    journal = Journal(flash)
    journal.recover()
    journal.append(records.SALE, sale(0))
    flash.fail = True
    assert raises(OSError, journal.append, records.SALE, sale(1)).errno == 5
    assert journal.append(records.SALE, sale(2)) == 2
    assert amounts(journal) == [0, 2]


def test_f6_a_restored_copy_is_found_by_the_hosts_receipt():
    journal, flash = filled(3)
    raises(JournalAhead, journal.retire, 9)
    journal.retire(3)
    journal.begin_epoch(2)
    assert journal.append(records.SALE, sale(9)) == 1
    journal, _ = reopened(flash)
    assert records.decode(journal.read(1))[1][1:3] == [2, 1]


def test_an_interrupted_erase_of_the_oldest_block_drops_it():
    journal, flash = filled(40, blocks=8)
    journal.retire(40)
    for page in range(8, 16):
        flash.pages[page] = None
    journal, _ = reopened(flash)
    assert numbers(journal.scan()) == list(range(17, 41))
