# SPDX-License-Identifier: MIT
"""The outbox and the backlog: batches, the window, receipts, what is sent again."""

from outbox_rig import TERMINAL, Host, Journal, Terminal
from pos.codec import messages
from pos.net import outbox as outbox_module


async def test_a_backlog_travels_in_batches_and_is_retired_by_receipts():
    journal, host = Journal(60), Host()
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: not journal.kept)
    batches = [seqs for _, seqs in host.batches]
    assert [len(seqs) for seqs in batches] == [10] * 6
    assert sum(batches, []) == list(range(1, 61))
    assert terminal.times == [1700000001]


async def test_small_records_are_capped_by_count():
    journal, host = Journal(40, size=10), Host()
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: not journal.kept)
    assert [len(seqs) for _, seqs in host.batches] == [outbox_module.BATCH_RECORDS, 8]


async def test_f14_a_puback_retires_nothing():
    journal, host = Journal(5), Host(receipts=False)
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: len(host.batches) == 1)
        await terminal.rests()
    assert journal.pending_count() == 5 and journal.retirements == []


async def test_no_more_batches_than_the_window_are_without_receipt():
    journal, host = Journal(20, size=600), Host(receipts=False)
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: len(host.batches) == outbox_module.WINDOW)
        await terminal.rests()
        assert len(host.batches) == outbox_module.WINDOW
        host.receipts = True
        host.receipt()
        await terminal.reaches(lambda: not journal.kept)
    assert len(host.batches) == 20


async def test_without_a_receipt_the_tail_is_sent_again_one_batch_at_a_time():
    journal, host = Journal(20), Host(receipts=False)
    async with Terminal(journal, host, receipt_ms=20) as terminal:
        terminal.box.kick()
        await terminal.reaches(lambda: len(host.batches) >= 3)
    assert [seqs[0] for _, seqs in host.batches[:3]] == [1, 11, 1]


async def test_f14_a_broker_that_has_lost_the_subscription_is_connected_to_anew():
    """It answers pings and acknowledges what it takes; the receipts reach nobody."""
    journal, deaf, host = Journal(3), Host(receipts=False), Host()
    async with Terminal(journal, deaf, host, receipt_ms=20) as terminal:
        await terminal.reaches(lambda: not journal.kept)
    assert len(deaf.batches) == 3 and terminal.changes == [True, False, True, False]


async def test_f12_after_a_reconnect_only_what_has_no_receipt_is_sent_again():
    journal, first, second = Journal(20), Host(receipts=False), Host()
    second.seen = set(range(1, 11))
    async with Terminal(journal, first, second) as terminal:
        await terminal.reaches(lambda: len(first.batches) == 2)
        first.seen = set(range(1, 11))
        first.receipt()
        await terminal.reaches(lambda: journal.pending_count() == 10)
        first.broker.end.close()
        await terminal.reaches(lambda: not journal.kept)
    assert second.batches == [(0, list(range(11, 21)))]
    assert terminal.changes == [True, False, True, False]


async def test_a_record_left_out_of_a_receipt_is_sent_again():
    journal, host = Journal(5), Host(receipts=False)
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: len(host.batches) == 1)
        host.say(messages.receipt(TERMINAL, 1, 2, [(4, 5)], 1, host.nonce))
        await terminal.reaches(lambda: len(host.batches) == 2)
    assert host.batches[1] == (0, [3])
    assert journal.retirements == [(2, [(4, 5)])]


async def test_what_is_appended_follows_at_a_kick():
    journal, host = Journal(1), Host()
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: not journal.kept)
        journal.append()
        terminal.box.kick()
        await terminal.reaches(lambda: not journal.kept)
    assert host.batches == [(0, [1]), (0, [2])]
