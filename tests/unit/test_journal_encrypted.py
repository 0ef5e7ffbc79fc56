# SPDX-License-Identifier: MIT
# heap: 512k
"""The journal under ESP32 flash encryption: erased flash reads as noise, and 16 bytes can be programmed once."""

from encrypted_flash import encrypted
from journal_bench import Flash, PowerCut, amounts, numbers, sale
from pos.codec import records
from pos.journal import Journal
from pos.journal.devices import BLOCK, RamDevice

BLOCKS = 8


class LivingFlash(Flash):
    """Nobody reads from what has lost its power."""

    def readblocks(self, block, buf, offset=0):
        assert not self.dead
        return RamDevice.readblocks(self, block, buf, offset)


EncryptedFlash = encrypted(LivingFlash, BLOCK)


def formatted():
    flash = EncryptedFlash(BLOCKS)
    Journal.format(flash, "SIM00001", 1)
    return reopened(flash)


def reopened(flash, cut_at=None, tear="nothing"):
    after = EncryptedFlash(BLOCKS, cut_at, tear, seed=cut_at or 1)
    after.pages, flash.dead = flash.pages, True
    journal = Journal(after)
    journal.recover()
    return journal, after


def test_erased_flash_reads_as_noise():
    seen = bytearray(BLOCK)
    EncryptedFlash(BLOCKS).readblocks(3, seen)
    assert seen.count(b"\xff") < BLOCK // 16


def test_it_goes_round_with_receipts_and_restarts():
    journal, flash = formatted()
    for amount in range(120):
        journal.append(records.SALE, sale(amount))
        if amount % 8 == 7:
            journal.retire(journal.next_seq - 3, ((journal.next_seq - 1, journal.next_seq - 1),))
        if amount % 40 == 39:
            journal, flash = reopened(flash)
            assert numbers(journal.pending()) == [journal.next_seq - 2]
    held = amounts(journal)
    assert held == list(range(held[0], 120)) and len(held) > 48
    assert journal.verify() >= 4


def test_f1_power_cuts_lose_nothing():
    for tear in ("half", "random"):
        for cut_at in range(1, 9):
            journal, flash = formatted()
            for amount in range(110):
                journal.append(records.SALE, sale(amount))
                journal.retire(journal.next_seq - 1)
            journal, flash = reopened(flash, cut_at, tear)
            done = 110
            try:
                for done in range(110, 116):
                    journal.append(records.SALE, sale(done))
            except PowerCut:
                pass
            journal, flash = reopened(flash)
            assert numbers(journal.pending()) in (
                list(range(111, done + 1)),
                list(range(111, done + 2)),
            ), (tear, cut_at)
            assert journal.append(records.SALE, sale(7)) == journal.next_seq - 1
