# SPDX-License-Identifier: MIT
# heap: 512k
"""A journal of every earlier format is read, goes on in today's, and is never changed in place (docs/journal.md)."""

import struct

from expect import raises
from journal_bench import TEARS, PowerCut, amounts, formatted, numbers, reopened, sale
from journal_v1 import Journal1
from pos.codec import earlier, records
from pos.compat import crc32
from pos.journal import Journal, JournalError, JournalFull
from pos.journal.devices import BLOCK, PAGE
from pos.journal.layout import HEADER, VERSION

HOST_S = 1_800_000_000


def version_of(flash, block):
    header = bytearray(HEADER)
    flash.readblocks(block, header, 0)
    return header[3]


def first(sales, receipted=0, ranges=(), blocks=6):
    """A journal of format 1 with so many sales."""
    old = Journal1(blocks)
    for amount in range(sales):
        old.append(records.SALE, sale(amount))
    if receipted:
        old.retire(receipted, ranges)
    return old


def test_a_journal_of_format_1_is_recovered():
    journal, _ = reopened(first(40, 20, ((30, 31),)).flash)
    assert (journal.terminal, journal.epoch, journal.next_seq) == ("SIM00001", 1, 41)
    assert numbers(journal.pending()) == list(range(21, 30)) + list(range(32, 41))
    assert amounts(journal) == list(range(40)) and journal.trusted_s == 0
    assert journal.verify() == 2


def test_it_goes_on_in_todays_format_in_a_fresh_block():
    journal, flash = reopened(first(20, 5, ((7, 8),)).flash)
    before = [page and bytes(page) for page in flash.pages[: 2 * BLOCK // PAGE]]
    assert journal.append(records.SALE, sale(20)) == 21
    journal.trust(HOST_S)
    journal.retire(6, ((10, 11),))
    assert [page and bytes(page) for page in flash.pages[: 2 * BLOCK // PAGE]] == before
    assert [version_of(flash, block) for block in range(3)] == [1, 1, VERSION]
    journal, flash = reopened(flash)
    assert numbers(journal.pending()) == [9] + list(range(12, 22)) and amounts(journal) == list(range(21))
    assert journal.trusted_s == HOST_S and journal.verify() == 2
    journal.append(records.SALE, sale(21))
    assert version_of(flash, 3) == 0xFF, "the upgrade costs one block, once"


def test_around_the_ring_every_block_is_of_todays_format():
    journal, flash = reopened(first(40).flash)
    for amount in range(100):
        journal.retire(journal.next_seq - 1)
        journal.append(records.SALE, sale(amount))
    journal, flash = reopened(flash)
    assert [version_of(flash, block) for block in range(6)] == [VERSION] * 6
    assert journal.verify() == 5


def test_a_full_journal_of_format_1_frees_itself_by_receipts():
    old = first(16 * 6)
    journal, flash = reopened(old.flash)
    raises(JournalFull, journal.append, records.SALE, sale(), True)
    for seq in range(1, 97):
        journal.retire(seq)
        if seq % 8 == 0:
            journal, flash = reopened(flash)
            assert journal.cumulative >= seq - 16 and journal.pending_count() == 96 - journal.cumulative
    assert journal.append(records.SALE, sale(7)) == 97


def upgraded(cut_at, tear):
    """Power fails while the first block of today's format is begun; (journal, did the append return)."""
    journal, _ = reopened(first(90, 80).flash, cut_at, tear, seed=cut_at)
    done = False
    try:
        journal.append(records.SALE, sale(90))
        done = True
        journal.retire(85)
    except PowerCut:
        pass
    return reopened(journal._flash._device)[0], done


def test_f1_power_cuts_during_the_upgrade_lose_nothing():
    for tear in TEARS:
        for cut_at in range(1, 6):
            journal, done = upgraded(cut_at, tear)
            kept = amounts(journal)
            assert kept[-1] in (89, 90) and (kept[-1] == 90 or not done)
            assert numbers(journal.pending())[-1] == journal.next_seq - 1 == kept[-1] + 1
            assert journal.cumulative in (80, 85)
            assert journal.append(records.SALE, sale(91)) == kept[-1] + 2


def test_a_format_of_the_future_is_refused_and_untouched():
    _, flash = formatted()
    header = bytearray(HEADER)
    flash.readblocks(0, header, 0)
    header[3] = VERSION + 1
    struct.pack_into(">I", header, HEADER - 4, crc32(memoryview(header)[: HEADER - 4]))
    flash.pages[0][:HEADER] = header
    before = flash.operations
    error = raises(JournalError, Journal(flash).recover)
    assert "format %d" % (VERSION + 1) in str(error) and "update the application" in str(error)
    assert flash.operations == before


def test_records_of_earlier_forms_are_read():
    boot = earlier.BOOT.pack(earlier.BOOT.values(epoch=1, seq=3, at_s=5, reason=1, version="0.1.0"))
    alarm = earlier.ALARM.pack(
        earlier.ALARM.values(epoch=1, seq=4, at_s=6, code=301, severity=2, detail="paper")
    )
    fields = records.as_dict(boot)
    assert (fields["kind"], fields["seq"], fields["version"]) == (
        "boot",
        3,
        "0.1.0",
    ) and "trace" not in fields
    fields = records.as_dict(memoryview(alarm))
    assert (fields["kind"], fields["code"], fields["detail"]) == ("alarm", 301, "paper")
    raises(ValueError, records.decode, alarm[:-1])


def test_todays_forms_are_told_apart_from_earlier_ones_by_their_size():
    sizes = [(schema.kind, schema.size) for schema in records.ALL + earlier.ALL]
    assert len(set(sizes)) == len(sizes)


def test_what_the_host_said_of_the_time_outlives_the_power():
    journal, flash = formatted()
    assert journal.trust(HOST_S) and not journal.trust(HOST_S) and not journal.trust(HOST_S - 1)
    assert not journal.trust(1 << 32, True), "more than a cursor holds"
    assert not journal.trust(0, True), "no time"
    journal.append(records.SALE, sale())
    journal.retire(1)
    journal, flash = reopened(flash)
    assert journal.trusted_s == HOST_S
    for amount in range(40):
        journal.append(records.SALE, sale(amount))
    journal, flash = reopened(flash)
    assert journal.trusted_s == HOST_S, "a block's header tells it"
    journal.retire(journal.next_seq - 1)
    journal.begin_epoch(2)
    assert reopened(flash)[0].trusted_s == HOST_S, "a new epoch does not forget it"


def test_f10_an_earlier_time_of_the_host_outlives_the_power_too():
    """In the block in which the later one stands, in the next one, and in the next epoch."""
    journal, flash = formatted()
    for time_s in (HOST_S + 99, HOST_S):
        journal.append(records.SALE, sale())
        journal.trust(time_s, fresh=True)
        journal.retire(journal.next_seq - 1)
        journal, flash = reopened(flash)
        assert journal.trusted_s == time_s
    for amount in range(20):
        journal.append(records.SALE, sale(amount))
    journal, flash = reopened(flash)
    assert journal.trusted_s == HOST_S
    journal.retire(journal.next_seq - 1)
    journal.begin_epoch(2)
    assert reopened(flash)[0].trusted_s == HOST_S
