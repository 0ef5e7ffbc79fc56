# SPDX-License-Identifier: MIT
"""Transactions are found by what stands on a slip, newest first, wherever in the journal they lie."""

from expect import raises
from pos import lookup
from pos.codec import records
from pos.journal import Journal
from pos.journal.devices import RamDevice

SALES = 60  # more than three blocks


def journal():
    device = RamDevice(8)
    Journal.format(device, "SIM00001", 1)
    log = Journal(device)
    log.recover()
    return log


def sell(log, number, amount=None, last_four="0014"):
    """A sale of trace `number` and its approval; its seq."""
    sale = records.SALE.values(
        at_s=1000 + number, trace=number, voucher=number + 5, amount=amount or 100 * number, currency="CNY",
        entry="S", pan_masked="625094******" + last_four,
    )  # fmt: skip
    seq = log.append(records.SALE, sale)
    outcome = records.OUTCOME.values(of_epoch=log.epoch, of_seq=seq, state=records.APPROVED, code="00")
    log.append(records.OUTCOME, outcome, urgent=True)
    return seq


def stocked():
    log = journal()
    for number in range(1, SALES + 1):
        sell(log, number, last_four="%04d" % (number % 7))
        log.retire(log.next_seq - 1)
    return log


def traces(found):
    return [transaction.trace for transaction in found]


def test_by_trace_voucher_and_amount():
    log = stocked()
    assert traces(lookup.transactions(log, trace=7)) == [7]
    assert traces(lookup.transactions(log, voucher=12)) == [7]
    assert traces(lookup.transactions(log, amount=700)) == [7]
    assert traces(lookup.transactions(log, amount=700, trace=8)) == []


def test_by_time_and_last_four_newest_first():
    log = stocked()
    assert traces(lookup.transactions(log, from_s=1010, to_s=1012)) == [12, 11, 10]
    assert traces(lookup.transactions(log, last_four="0003", from_s=1030)) == [59, 52, 45, 38, 31]


def test_what_is_found_is_the_whole_transaction():
    log = stocked()
    found = list(lookup.transactions(log, trace=20))
    assert len(found) == 1 and found[0].state == "approved" and found[0].code == "00"


def test_only_as_much_is_read_as_is_asked_for():
    log = stocked()
    reads = []
    load = log._flash.read
    log._flash.read = lambda *where: reads.append(1) or load(*where)
    assert next(lookup.transactions(log)).trace == SALES
    newest = len(reads)
    assert traces(lookup.transactions(log, trace=1)) == [1]
    assert newest * 3 < len(reads)


def test_what_a_void_took_back_is_voided():
    log = journal()
    sale = sell(log, 1)
    void = records.VOID.values(trace=2, amount=100, original_epoch=log.epoch, original_seq=sale)
    seq = log.append(records.VOID, void)
    assert [found.state for found in lookup.transactions(log, amount=100)] == ["pending", "approved"]
    outcome = records.OUTCOME.values(of_epoch=log.epoch, of_seq=seq, state=records.APPROVED, code="00")
    log.append(records.OUTCOME, outcome)
    assert [found.state for found in lookup.transactions(log, trace=1)] == ["voided"]


def test_a_transaction_by_its_identity():
    log = journal()
    first, second = sell(log, 1), sell(log, 2)
    assert lookup.transaction(log, (1, first)).trace == 1
    assert lookup.transaction(log, (1, second)).trace == 2
    assert lookup.transaction(log, (2, first)) is None
    assert lookup.transaction(log, (1, second + 1)) is None  # an outcome is no transaction of its own


def test_an_earlier_epoch_is_searched_too():
    log = journal()
    old = sell(log, 1)
    log.retire(log.next_seq - 1)
    log.begin_epoch(2)
    new = sell(log, 2)
    assert lookup.transaction(log, (1, old)).trace == 1
    assert lookup.transaction(log, (2, new)).trace == 2
    assert traces(lookup.transactions(log)) == [2, 1]


def test_another_name_is_refused():
    assert "cannot look for colour" in str(raises(ValueError, list, lookup.transactions(journal(), colour=1)))
