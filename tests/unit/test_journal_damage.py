# SPDX-License-Identifier: MIT
# heap: 768k
"""FAULTS F3: noise and flipped bits in any blocks but the newest are told or do no harm; nothing is written."""

from journal_bench import Flash, formatted, numbers, sale
from pos.codec import records
from pos.journal import Journal, JournalDamaged
from pos.journal.devices import BLOCK, PAGE

BLOCKS, SALES, RECEIPTED = 10, 60, 30
_PAGES = BLOCK // PAGE


def random_numbers(seed):
    while True:
        seed = (seed * 1103515245 + 12345) & 0x3FFFFFFF
        yield seed >> 8


def damaged(pages, newest, seed):
    """A flash with those pages; one to three blocks hold noise or a flipped bit."""
    flash, draw = Flash(BLOCKS), random_numbers(seed)
    flash.pages = [page and bytearray(page) for page in pages]
    for _ in range(1 + next(draw) % 3):
        block = next(draw) % BLOCKS
        if block != newest:
            (noise if next(draw) & 1 else flip)(flash, block, draw)
    return flash


def noise(flash, block, draw):
    for page in range(block * _PAGES, (block + 1) * _PAGES):
        flash.pages[page] = bytearray([next(draw) & 255 for _ in range(PAGE)])


def flip(flash, block, draw):
    page = block * _PAGES + next(draw) % _PAGES
    content = flash.pages[page] or bytearray(b"\xff" * PAGE)
    content[next(draw) % PAGE] ^= 1 << next(draw) % 8
    flash.pages[page] = content


def verdict(flash):
    """Numbers that wait for the host, or None when the damage is told."""
    journal = Journal(flash)
    try:
        journal.recover()
        journal.verify()
        return numbers(journal.pending())
    except JournalDamaged as error:
        assert (
            "export" in str(error)
            or "unreadable" in str(error)
            or "missing" in str(error)
            or ("changed" in str(error))
        ), error
        return None


def test_f3_random_damage_is_told_or_harmless_and_never_formatted():
    journal, flash = formatted(BLOCKS)
    for amount in range(SALES):
        journal.append(records.SALE, sale(amount))
    journal.retire(RECEIPTED)
    newest, told = journal._ring.active, 0
    for seed in range(1, 41):
        hurt = damaged(flash.pages, newest, seed)
        waiting = verdict(hurt)
        assert waiting in (None, list(range(RECEIPTED + 1, SALES + 1))), (seed, waiting)
        assert hurt.operations == 0, "recovery wrote to a damaged flash"
        told += waiting is None
    assert 10 < told < 40
