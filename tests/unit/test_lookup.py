# SPDX-License-Identifier: MIT
"""Transactions are found by what stands on a slip, newest first, wherever in the journal they lie."""

import asyncio

from expect import raises
from pos import lookup
from pos.codec import records
from stocked import decide, new_journal, refund, sell, stocked, void

SALES = 60  # more than three blocks


def traces(found):
    return [transaction.trace for transaction in found]


def test_by_trace_voucher_and_amount():
    log = stocked(SALES)
    assert traces(lookup.transactions(log, trace=7)) == [7]
    assert traces(lookup.transactions(log, voucher=12)) == [7]
    assert traces(lookup.transactions(log, amount=700)) == [7]
    assert traces(lookup.transactions(log, amount=700, trace=8)) == []


def test_by_time_and_last_four_newest_first():
    log = stocked(SALES)
    assert traces(lookup.transactions(log, from_s=1010, to_s=1012)) == [12, 11, 10]
    assert traces(lookup.transactions(log, last_four="0003", from_s=1030)) == [59, 52, 45, 38, 31]


def test_what_is_found_is_the_whole_transaction():
    found = list(lookup.transactions(stocked(SALES), trace=20))
    assert len(found) == 1 and found[0].state == "approved" and found[0].code == "00"


def test_only_as_much_is_read_as_is_asked_for():
    log = stocked(SALES)
    reads = []
    load = log._flash.read
    log._flash.read = lambda *where: reads.append(1) or load(*where)
    assert next(lookup.transactions(log)).trace == SALES
    newest = len(reads)
    assert traces(lookup.transactions(log, trace=1)) == [1]
    assert newest * 3 < len(reads)


def test_what_a_void_took_back_is_voided():
    log = new_journal()
    seq = void(log, 2, sell(log, 1))
    assert [found.state for found in lookup.transactions(log, amount=100)] == ["pending", "approved"]
    decide(log, seq)
    assert [found.state for found in lookup.transactions(log, trace=1)] == ["voided"]


async def test_a_sale_of_a_voucher_with_what_its_refunds_may_give_back():
    log = new_journal()
    sold, other = sell(log, 1, amount=1000), sell(log, 2)
    decide(log, refund(log, 3, sold, 300))
    taken_back = refund(log, 4, sold, 50)
    log.append(records.REVERSAL, records.REVERSAL.values(of_epoch=1, of_seq=taken_back))
    decide(log, refund(log, 5, other, 7))
    assert (await lookup.sale_of(log, 6)).refunded == 300
    refund(log, 6, sold, 20)
    assert (await lookup.sale_of(log, 6)).refunded == 320, "the one that is not decided counts"
    assert (await lookup.sale_of(log, 7)).refunded == 7 and (await lookup.sale_of(log, 99)) is None


async def test_the_others_have_their_turn_while_a_voucher_is_looked_for():
    turns = []

    async def other():
        while True:
            turns.append(1)
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    assert await lookup.sale_of(stocked(SALES), 999) is None
    task.cancel()
    assert len(turns) >= 2 * SALES // 4, "the keypad would be dead for seconds on a slow board"


def test_the_original_for_a_slip_takes_no_longer_however_long_ago_it_was():
    log = stocked(SALES)
    reads, load = [], log._flash.read
    log._flash.read = lambda *where: reads.append(1) or load(*where)
    assert lookup.transaction(log, (1, 1)).state == "approved"
    assert len(reads) < SALES


async def test_a_voucher_of_an_earlier_epoch_is_not_found():
    log = new_journal()
    sell(log, 1)
    log.retire(log.next_seq - 1)
    log.begin_epoch(2)
    assert (await lookup.sale_of(log, 6)) is None


def test_the_newest_approved_one_of_a_kind():
    log = new_journal()
    first, second = sell(log, 1), sell(log, 2)
    decide(log, void(log, 3, second))
    decide(log, refund(log, 4, first, 10))
    assert lookup.newest_approved(log, ("sale",)).refunded == 10
    assert [lookup.newest_approved(log, (kind,)).trace for kind in ("sale", "void", "refund")] == [1, 3, 4]
    assert lookup.newest_approved(new_journal(), ("sale",)) is None


def test_a_transaction_by_its_identity():
    log = new_journal()
    first, second = sell(log, 1), sell(log, 2)
    assert lookup.transaction(log, (1, first)).trace == 1
    assert lookup.transaction(log, (1, second)).trace == 2
    assert lookup.transaction(log, (2, first)) is None
    assert lookup.transaction(log, (1, second + 1)) is None  # an outcome is no transaction of its own


def test_an_earlier_epoch_is_searched_too():
    log = new_journal()
    old = sell(log, 1)
    log.retire(log.next_seq - 1)
    log.begin_epoch(2)
    new = sell(log, 2)
    assert lookup.transaction(log, (1, old)).trace == 1
    assert lookup.transaction(log, (2, new)).trace == 2
    assert traces(lookup.transactions(log)) == [2, 1]


def test_another_name_is_refused():
    assert "cannot look for colour" in str(
        raises(ValueError, list, lookup.transactions(new_journal(), colour=1))
    )
