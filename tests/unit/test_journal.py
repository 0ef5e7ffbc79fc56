# SPDX-License-Identifier: MIT
# heap: 256k
"""The journal's promises: durable append, order, delivery only by receipt, reserve, even wear."""

from expect import raises
from journal_bench import amounts, formatted, numbers, reopened, reversal, sale
from pos.codec import records
from pos.journal import Journal, JournalAhead, JournalError, JournalFull, JournalUnformatted
from pos.journal.devices import BLOCK, RamDevice
from pos.journal.journal import RESERVE_BLOCKS

RUNTIMES = {"test_an_append_allocates_nothing": ("micropython",)}


def filled(count, blocks=6):
    journal, flash = formatted(blocks)
    for amount in range(count):
        journal.append(records.SALE, sale(amount))
    return journal, flash


def fill(journal, schema, make, urgent=False):
    """Append until the journal is full; how many went in."""
    count = 0
    while True:
        try:
            journal.append(schema, make(count), urgent)
        except JournalFull:
            return count
        count += 1


def test_a_new_journal_is_empty():
    journal, _ = formatted()
    assert (journal.epoch, journal.next_seq, journal.pending_count()) == (1, 1, 0)
    assert journal.terminal == "SIM00001"
    assert list(journal.scan()) == [] and list(journal.pending()) == [] and journal.read(1) is None
    assert not journal.reserve_reached() and journal.free_bytes() > 8192


def test_appended_records_carry_their_identity():
    journal, _ = filled(3)
    schema, values = records.decode(journal.read(2))
    assert schema is records.SALE and values[:3] == [records.SALE.kind, 1, 2]
    assert journal.read(0) is None and journal.read(4) is None


def test_records_survive_a_power_cycle():
    _, flash = filled(40)
    journal, _ = reopened(flash)
    assert amounts(journal) == list(range(40)) and journal.next_seq == 41
    assert journal.append(records.SALE, sale()) == 41


def test_scan_goes_both_ways():
    journal, _ = filled(40)
    assert numbers(journal.scan()) == list(range(1, 41))
    assert numbers(journal.scan(newest_first=True)) == list(range(40, 0, -1))


def test_a_refused_value_writes_nothing():
    journal, flash = formatted()
    before = flash.operations
    values = sale()
    values[records.SALE.index("amount")] = -1
    raises(ValueError, journal.append, records.SALE, values)
    assert flash.operations == before and journal.next_seq == 1


def test_only_receipts_retire():
    journal, flash = filled(6)
    journal.retire(2, ((4, 5),))
    assert numbers(journal.pending()) == [3, 6] and journal.pending_count() == 2
    assert numbers(journal.pending(3)) == [6]
    journal, _ = reopened(flash)
    assert numbers(journal.pending()) == [3, 6] and journal.cumulative == 2
    journal.retire(3)
    assert journal.cumulative == 5 and numbers(journal.pending()) == [6]


def test_a_late_receipt_moves_nothing_back():
    journal, flash = filled(5)
    journal.retire(4)
    before = flash.operations
    journal.retire(2, ((1, 3),))
    assert journal.cumulative == 4 and flash.operations == before


def test_a_receipt_for_what_was_never_written_is_an_alarm():
    journal, _ = filled(2)
    raises(JournalAhead, journal.retire, 3)
    raises(JournalAhead, journal.retire, 0, ((2, 3),))
    assert journal.pending_count() == 2


def test_ranges_survive_a_rotation():
    journal, flash = filled(10)
    journal.retire(1, ((5, 6),))
    for amount in range(16):
        journal.append(records.SALE, sale(amount))
    journal, _ = reopened(flash)
    assert journal.pending_count() == 26 - 3 and 5 not in numbers(journal.pending())


def test_iterating_while_appending_and_retiring():
    journal, _ = filled(20)
    seen = []
    for seq, record in journal.pending():
        assert records.decode(bytes(record))[1][2] == seq
        seen.append(seq)
        if seq == 3:
            journal.retire(10)
        if seq == 15:
            journal.append(records.SALE, sale())
    assert seen == [1, 2, 3] + list(range(11, 22))


def test_f4_sales_stop_before_the_reserve_and_reversals_still_fit():
    journal, flash = formatted()
    sales = fill(journal, records.SALE, sale)
    assert sales > 16 and journal.reserve_reached()
    raises(JournalFull, journal.append, records.SALE, sale())
    reversals = fill(journal, records.REVERSAL, reversal, urgent=True)
    assert reversals >= 80
    assert journal.pending_count() == sales + reversals
    journal, _ = reopened(flash)
    assert journal.pending_count() == sales + reversals and journal.reserve_reached()


def test_f4_a_full_journal_frees_itself_by_receipts_alone():
    journal, flash = formatted()
    fill(journal, records.SALE, sale)
    fill(journal, records.REVERSAL, reversal, urgent=True)
    for seq in range(1, journal.next_seq):
        journal.retire(seq)
        if seq % 50 == 0:
            journal, flash = reopened(flash)
            assert journal.cumulative == seq
    assert journal.pending_count() == 0 and not journal.reserve_reached()
    assert journal.append(records.SALE, sale()) == journal.next_seq - 1


def test_delivered_records_stay_until_the_room_is_needed():
    journal, _ = filled(16)
    for amount in range(200):
        journal.append(records.SALE, sale(amount))
        journal.retire(journal.next_seq - 1)
    held = numbers(journal.scan())
    assert held == list(range(held[0], 217)) and len(held) >= 16 * (6 - 2) - 20


def test_wear_is_even():
    journal, flash = formatted(8)
    opened = {}
    for amount in range(300):
        journal.append(records.SALE, sale(amount))
        journal.retire(journal.next_seq - 1)
        opened[journal._ring.active] = opened.get(journal._ring.active, set()) | {journal._writer.usable}
    counters = sorted(journal._ring.counter)
    assert counters[-1] - counters[0] == 7 and len(opened) == 8


def test_one_erase_for_sixteen_sales():
    journal, flash = formatted()
    before = flash.erases
    for amount in range(160):
        journal.append(records.SALE, sale(amount))
        if amount % 16 == 15:
            journal.retire(journal.next_seq - 1)
    assert flash.erases - before <= 11


def test_prepare_erases_ahead_so_that_appending_does_not():
    journal, flash = formatted()
    while journal.prepare():
        pass
    before = flash.erases
    for amount in range(17):
        journal.append(records.SALE, sale(amount))
    assert flash.erases == before
    assert journal.prepare() and flash.erases == before + 1 and not journal.prepare()


def test_a_device_without_a_journal_is_refused_and_not_formatted():
    device = RamDevice(6)
    raises(JournalUnformatted, Journal(device).recover)
    raises(JournalUnformatted, Journal(device).recover)
    raises(ValueError, Journal, RamDevice(RESERVE_BLOCKS))
    raises(ValueError, Journal.format, RamDevice(6), "", 1)
    raises(ValueError, Journal.format, RamDevice(6), "T" * 17, 1)
    raises(ValueError, Journal.format, RamDevice(6), "T", 0)


def test_a_new_epoch_numbers_from_one_and_keeps_the_old_records():
    journal, flash = filled(5)
    raises(JournalError, journal.begin_epoch, 2)
    journal.retire(5)
    raises(JournalError, journal.begin_epoch, 1)
    raises(JournalError, journal.begin_epoch, 1 << 32)
    journal.begin_epoch(2)
    assert (journal.epoch, journal.next_seq, journal.cumulative, journal.pending_count()) == (2, 1, 0, 0)
    assert journal.append(records.SALE, sale(77)) == 1
    journal, _ = reopened(flash)
    assert (journal.epoch, journal.next_seq, journal.pending_count()) == (2, 2, 1)
    assert amounts(journal) == [0, 1, 2, 3, 4, 77]
    assert records.decode(journal.read(1))[1][1] == 2


def test_formatting_again_empties_it():
    journal, flash = filled(40)
    Journal.format(flash, "SIM00002", 3)
    journal, _ = reopened(flash)
    assert (journal.terminal, journal.epoch, journal.next_seq) == ("SIM00002", 3, 1)
    assert list(journal.scan()) == []


class StillFlash:
    """Flash of six blocks whose calls allocate nothing."""

    def __init__(self):
        self.memory = bytearray(b"\xff" * BLOCK * 6)

    def readblocks(self, block, buf, offset=0):
        for i in range(len(buf)):
            buf[i] = self.memory[block * BLOCK + offset + i]

    def writeblocks(self, block, buf, offset=0):
        for i in range(len(buf)):
            self.memory[block * BLOCK + offset + i] = buf[i]

    def ioctl(self, operation, argument):
        return 6 if operation == 4 else BLOCK if operation == 5 else 0


def test_an_append_allocates_nothing():
    """On 64 bits; where a CRC is no small integer, it is the only thing that does."""
    import micropython

    flash = StillFlash()
    Journal.format(flash, "SIM00001", 1)
    journal, values = Journal(flash), sale()
    journal.recover()
    for _ in range(2):
        journal.append(records.SALE, values)
    micropython.heap_lock()
    try:
        journal.append(records.SALE, values)
    finally:
        micropython.heap_unlock()
    assert numbers(journal.pending()) == [1, 2, 3]
