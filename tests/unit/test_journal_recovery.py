# SPDX-License-Identifier: MIT
# heap: 2m
"""Recovery of a full journal of 512 KiB reads a bounded number of times (docs/journal.md has the figures)."""

from journal_bench import reversal, sale
from pos.codec import records
from pos.journal import Journal, JournalFull
from pos.journal.devices import BLOCK, RamDevice

BLOCKS = 128
MOST_READS, MOST_TORN = 512, 1024
_made = []


class Counted(RamDevice):
    """Counts what it is asked for; erased bytes are not checked here."""

    reads = writes = erases = 0

    def readblocks(self, block, buf, offset=0):
        self.reads += 1
        return RamDevice.readblocks(self, block, buf, offset)

    def writeblocks(self, block, buf, offset=None):
        self.writes += 1
        return RamDevice.writeblocks(self, block, buf, offset)

    def ioctl(self, operation, argument):
        self.erases += operation == 6
        return RamDevice.ioctl(self, operation, argument)


def full():
    """A journal without room for one record more, nothing of it receipted; made once."""
    if not _made:
        device = Counted(BLOCKS)
        Journal.format(device, "SIM00001", 1)
        journal = Journal(device)
        journal.recover()
        for schema, values in ((records.SALE, sale), (records.REVERSAL, reversal)):
            try:
                while True:
                    journal.append(schema, values(), schema is records.REVERSAL)
            except JournalFull:
                pass
        _made.append((device, journal.next_seq))
    return _made[0]


def recovered(device):
    device.reads = device.writes = device.erases = 0
    journal = Journal(device)
    journal.recover()
    assert device.writes == device.erases == 0
    return journal


def test_a_full_journal_is_recovered_in_a_bounded_number_of_reads():
    device, next_seq = full()
    journal = recovered(device)
    assert journal.next_seq == next_seq and journal.pending_count() == next_seq - 1 > 2000
    print("reads", device.reads)
    assert device.reads <= MOST_READS, device.reads


def test_a_torn_tail_costs_a_look_at_each_place_behind_it():
    device, next_seq = full()
    newest = recovered(device)._ring.active
    kept = list(device.pages)
    device.ioctl(6, newest)
    header = kept[newest * BLOCK // 256]
    device.writeblocks(newest, header[:64], 0)
    device.writeblocks(newest, bytes(16), BLOCK - 16)
    journal = recovered(device)
    device.pages = kept
    assert journal.next_seq < next_seq
    print("reads", device.reads)
    assert device.reads <= MOST_TORN, device.reads
