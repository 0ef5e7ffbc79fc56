# SPDX-License-Identifier: MIT
# heap: 512k
"""FAULTS F1: power fails at every program and erase around a rotation, in four ways, then again."""

from expect import raises
from journal_bench import TEARS, PowerCut, numbers, reopened, sale
from journal_model import Model, cut
from pos.codec import records
from pos.journal import JournalDamaged
from pos.journal.devices import BLOCK, PAGE


def wrapped(model):
    """Once around the ring, all receipted, the active block almost full: the next record erases and rotates."""
    for amount in range(94):
        model.append(amount)
        if amount % 8 == 7:
            model.retire(model.journal.next_seq - 1)
    assert model.flash.operations > 100


def busy(model):
    for amount in range(1000, 1006):
        assert model.append(amount)
        if amount == 1002:
            last = model.journal.next_seq - 1
            model.retire(last - 3, ((last, last),))


def length_of(story, prepare):
    model = Model()
    prepare(model)
    before = model.flash.operations
    erases = model.flash.erases
    story(model)
    assert model.flash.erases > erases, "the story must rotate"
    return model.flash.operations - before


def sweep(tear):
    for cut_at in range(1, length_of(busy, wrapped) + 1):
        model = cut(wrapped, busy, cut_at, tear, seed=cut_at)
        model.cycle()
        assert model.append(2000) and model.append(2001)
        model.cycle()


def test_f1_cut_where_nothing_was_written():
    sweep(TEARS[0])


def test_f1_cut_where_half_was_written():
    sweep(TEARS[1])


def test_f1_cut_where_one_byte_is_missing():
    sweep(TEARS[2])


def test_f1_cut_where_bits_are_random():
    sweep(TEARS[3])


def test_f1_cut_again_right_after_recovery():
    for first in (3, 5, 6, 7):
        for second in (1, 2, 3, 4):
            model = cut(wrapped, busy, first, "random", seed=first)
            model.cycle(cut_at=second, tear="half")
            try:
                for amount in range(3000, 3004):
                    model.append(amount)
            except PowerCut:
                pass
            model.cycle()
            model.retire(model.journal.next_seq - 1)
            assert model.append(4000)
            model.cycle()


def test_a_story_that_is_not_cut_holds():
    model = Model()
    wrapped(model)
    busy(model)
    model.cycle()


def starved(model):
    """Full, and torn so often that not even a cursor fits: only receipts can free a block now."""
    while model.append(len(model.given) + 1, urgent=True):
        pass
    for cut_at in (1, 3):  # the frame is torn; then, in the last block, the erase and the header succeed
        model.cycle(cut_at, "half")
        try:
            model.retire(1)
        except PowerCut:
            model.cycle()
    assert model.journal._writer.usable == 0


def test_f1_cut_while_a_receipt_frees_a_journal_without_any_room():
    for tear in TEARS[1:]:
        for cut_at in (1, 2, 3, 4):
            model = Model()
            starved(model)
            model.cycle(cut_at, tear)
            try:
                model.retire(model.journal.next_seq - 1)
                model.append(5000)
            except PowerCut:
                pass
            model.cycle()
            model.retire(model.journal.next_seq - 1)
            assert model.append(5001)
            model.cycle()


def flipped(page, at, mask):
    page[at] ^= mask


def noise(page, *_):
    for i in range(PAGE):
        page[i] = i * 89 + 7 & 0xFF


def test_f3_damage_in_a_journal_without_any_room_is_not_taken_for_an_erase_that_was_cut():
    """Such an erase sets bits, the header's first; what is unreadable otherwise the host may still want."""
    for harm, at, mask in (
        (flipped, 1, 1),
        (flipped, 1, 0x80),
        (flipped, 63, 1),
        (flipped, 100, 8),
        (noise, 0, 0),
    ):
        model = Model()
        starved(model)
        page = model.flash.pages[model.journal._ring.oldest() * BLOCK // PAGE]
        harm(page, at, mask)
        model.flash.dead = True
        error = raises(JournalDamaged, reopened, model.flash)
        assert "records from" in str(error)


def test_f1_a_torn_record_of_an_earlier_epoch_hides_nothing_before_it():
    for tear in TEARS:
        for later in (0, 1):  # records behind it in its epoch
            model = Model()
            for amount in range(3):
                model.append(amount)
            model.cycle(1, tear)
            raises(PowerCut, model.append, 3)
            journal, _ = reopened(model.flash)
            for amount in range(later):
                journal.append(records.SALE, sale(amount))
            last = journal.next_seq - 1
            journal.retire(last)
            journal.begin_epoch(2)
            assert numbers(journal.scan(newest_first=True)) == list(range(last, 0, -1)), (tear, later)
