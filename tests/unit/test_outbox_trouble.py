# SPDX-License-Identifier: MIT
"""The outbox against forged and replayed messages, a refusing host, short memory and its own faults."""

import asyncio

from expect import raises_async
from outbox_rig import DOWN, KEY, TERMINAL, WAIT_S, Host, Journal, Terminal
from pos.codec import cose, messages
from pos.net import outbox as outbox_module
from pos.net.packet import publish


async def test_a_forged_receipt_retires_nothing_and_raises_an_alarm():
    journal, host = Journal(3), Host(receipts=False)
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: host.batches)
        receipt = messages.receipt(TERMINAL, 1, 3, [], 1, host.nonce)
        host.say(receipt, key=bytes(32))
        host.broker.say(publish(DOWN, b"\x01garbage", 1, False, 7))
        host.say(messages.receipt("SIM00002", 1, 3, [], 1))
        host.say(messages.receipt(TERMINAL, 1, 99, [], 1))
        host.say(messages.receipt(TERMINAL, 2, 3, [], 1))
        host.say(messages.receipt(TERMINAL, 1, 0, [(3, 1)], 1))
        host.say(messages.receipt(TERMINAL, 0, 3, [], 1))
        await terminal.reaches(lambda: len(terminal.alarms) == 6)
        assert journal.pending_count() == 3 and terminal.box.online
        host.say(receipt)
        await terminal.reaches(lambda: not journal.kept)
    assert terminal.alarms == ["host_mac", "host_mac", "identity", "identity", "identity", "host_mac"]


async def test_f37_after_the_keys_are_erased_nothing_is_sent_believed_or_complained_of():
    journal, host = Journal(1), Host(receipts=False)
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: host.batches)
        sent = len(host.batches)
        terminal.box.end()
        journal.append(3)
        terminal.box.kick()
        await terminal.box._send_due()
        receipt = messages.receipt(TERMINAL, 1, 1, [], 1, host.nonce)
        for key in (KEY, bytes(32)):
            terminal.box.receive(DOWN, cose.mac0(key, receipt, b"", messages.AAD_DOWN))
        assert journal.pending_count() == 4 and len(host.batches) == sent and not terminal.alarms


async def test_a_replayed_message_does_not_turn_the_clock_back():
    journal, host = Journal(1), Host(receipts=False)
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: host.batches)
        for time_s in (500, 400, 600):
            host.say(messages.receipt(TERMINAL, 1, 0, [], time_s, host.nonce))
        await terminal.reaches(lambda: len(terminal.times) == 2)
    assert terminal.times == [500, 600]


async def test_f10_an_old_message_does_not_turn_the_clock_back_after_a_restart():
    journal, host = Journal(1), Host(receipts=False)
    journal.trust(450)  # before the restart
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: host.batches)
        for time_s in (400, 450, 500):
            host.say(messages.receipt(TERMINAL, 1, 0, [], time_s, host.nonce))
        await terminal.reaches(lambda: terminal.times)
    assert terminal.times == [500]


async def test_f10_a_clock_that_a_wrong_host_set_ahead_is_brought_back_and_no_replay_can():
    """What retires something more was never said before in this power-on, and no other is listened to."""
    journal, host = Journal(3), Host(receipts=False)
    journal.trust(900)  # before the restart
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: host.batches)
        for cumulative, time_s in ((1, 500), (2, 600), (1, 500), (2, 550), (3, 590)):
            host.say(messages.receipt(TERMINAL, 1, cumulative, [], time_s, host.nonce))
        await terminal.reaches(lambda: not journal.kept)
    assert terminal.times == [500, 600, 590] and journal.trusted_s == 590


async def test_a_refusing_host_is_shown_and_probed_with_one_batch():
    journal, host = Journal(60), Host(receipts=False)
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: host.batches)
        host.say(messages.refusal(TERMINAL, 1, "03", "suspended", host.nonce))
        await terminal.reaches(lambda: terminal.box.refusal)
        assert terminal.box.refusal == ("03", "suspended")
        assert terminal.alarms == ["refused"]


async def test_f7_a_batch_that_does_not_fit_in_memory_makes_the_sync_give_way_and_shrinks():
    journal, host = Journal(20), Host()
    full = [True, True]
    seal = outbox_module.cose.mac0

    def short_of_memory(*args):
        if full:
            full.pop()
            raise MemoryError
        return seal(*args)

    outbox_module.cose.mac0 = short_of_memory
    try:
        async with Terminal(journal, host) as terminal:
            await terminal.reaches(lambda: not journal.kept)
    finally:
        outbox_module.cose.mac0 = seal
    assert len(host.batches[0][1]) == 2 and host.seen == set(range(1, 21))


async def test_f7_no_memory_to_read_the_journal_ends_no_sync():
    journal, host = Journal(3), Host()
    full = [True, True]
    pending = journal.pending

    def short_of_memory(after_seq=0):
        if full:
            full.pop()
            raise MemoryError
        return pending(after_seq)

    journal.pending = short_of_memory
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: not journal.kept)
    assert host.seen == {1, 2, 3}


async def test_a_fault_of_the_application_is_not_taken_for_network_trouble():
    journal, host = Journal(1), Host()

    def broken(cumulative, ranges):
        raise ValueError("flash")

    journal.retire = broken
    terminal = Terminal(journal, host)
    error = await raises_async(ValueError, asyncio.wait_for(terminal.box.run(), WAIT_S))
    assert str(error) == "flash"


async def test_f6_what_was_said_to_an_earlier_power_on_retires_and_answers_nothing():
    journal, host = Journal(3), Host(receipts=False, answers=False)
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: host.batches)
        request = asyncio.create_task(terminal.box.request(3, 5000))
        await terminal.reaches(lambda: (1, [3]) in host.batches)
        for nonce in (b"", b"earlier!"):
            host.say(messages.receipt(TERMINAL, 1, 3, [], 1, nonce))
            host.say(messages.answer(TERMINAL, 1, 3, "00", amount=100, nonce=nonce))
            host.say(messages.dispute(TERMINAL, 1, [(1, 3)], 2, (0, 0, 0), 1, nonce))
        host.say(messages.answer(TERMINAL, 1, 3, "51", nonce=host.nonce))
        assert (await request)["code"] == "51"
    assert journal.pending_count() == 3 and terminal.alarms == [] and terminal.box.dispute is None


async def test_f6_a_batch_says_which_power_on_speaks_and_what_it_has_receipts_for():
    journal, first, second = Journal(3), Host(), Host()
    for host in (first, second):
        async with Terminal(journal, host) as terminal:
            journal.append()
            terminal.box.kick()
            await terminal.reaches(lambda: not journal.kept)
    (one, since_one, _), (two, since_two, cumulative) = first.power_ons[0], second.power_ons[0]
    assert one != two and len(one) == len(two) == messages.NONCE_SIZE
    assert (since_one, since_two, cumulative) == (4, 5, 4)


async def test_f6_a_dispute_ends_the_request_and_takes_only_what_the_host_keeps():
    journal, host = Journal(3), Host(receipts=False, answers=False)
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: host.batches)
        request = asyncio.create_task(terminal.box.request(3, 60000))
        await terminal.reaches(lambda: (1, [3]) in host.batches)
        host.say(messages.dispute(TERMINAL, 1, [(3, 3)], 2, (0, 0, 0), 1, host.nonce))
        assert await request is None
        assert await terminal.box.request(3, 60000) is None
    assert terminal.box.dispute["next_epoch"] == 2 and sorted(journal.kept) == [1, 2]


async def test_f6_when_all_is_kept_numbers_begin_again_in_the_next_epoch():
    journal, host = Journal(3), Host(receipts=False)
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: host.batches)
        host.say(messages.dispute(TERMINAL, 1, [(1, 3)], 7, (0, 0, 0), 1, host.nonce))
        await terminal.reaches(lambda: terminal.box.dispute)
        terminal.box.begin_epoch()
        journal.append()
        terminal.box.kick()
        await terminal.reaches(lambda: len(host.batches) == 2)
        host.say(messages.receipt(TERMINAL, 1, 3, [], 1, host.nonce))
        host.say(messages.receipt(TERMINAL, 7, 1, [], 1, host.nonce))
        await terminal.reaches(lambda: not journal.kept)
    assert host.batches[1] == (0, [1]) and host.epochs == [1, 7]
    assert host.power_ons[1] == (host.nonce, 1, 0) and terminal.box.dispute is None
