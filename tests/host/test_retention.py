# SPDX-License-Identifier: MIT
"""What was delivered stays searchable: a journal keeps at least as many of the newest sales as its size promises."""

import pytest

from pos import lookup
from pos.codec import records
from pos.journal import Journal
from pos.journal.devices import RamDevice
from suanpan.journal.retention import kept_sales


def sold(journal, number):
    """A sale online: its request receipted, then its outcome and its slip; the next block is erased ahead."""
    seq = journal.append(
        records.SALE, records.SALE.values(at_s=number, trace=number, amount=1, currency="CNY")
    )
    journal.retire(seq)
    of = {"of_epoch": 1, "of_seq": seq}
    journal.append(
        records.OUTCOME, records.OUTCOME.values(**of, state=records.APPROVED, code="00"), urgent=True
    )
    journal.retire(journal.append(records.PRINT, records.PRINT.values(**of), urgent=True))
    while journal.prepare():
        pass


def recovered(device):
    journal = Journal(device)
    journal.recover()
    return journal


@pytest.mark.parametrize("blocks", [6, 7, 16])
def test_after_every_sale_the_promised_ones_are_found(blocks):
    device = RamDevice(blocks)
    Journal.format(device, "SIM00001", 1)
    journal, promised = recovered(device), kept_sales(blocks)
    for number in range(1, 3 * promised + 1):
        sold(journal, number)
        if number > promised and number % 3 == 0:
            (last,) = lookup.transactions(journal, trace=number - promised + 1)
            assert (last.state, last.printed) == ("approved", 1), number
    assert journal.pending_count() == 0
    held = [one.trace for one in lookup.transactions(recovered(device))]
    assert held[:promised] == list(range(3 * promised, 2 * promised, -1)), "after a restart too"


def test_what_a_size_of_flash_keeps():
    """The table of docs/journal.md."""
    assert [kept_sales(kib // 4) for kib in (64, 256, 512, 1024)] == [123, 546, 1110, 2238]
