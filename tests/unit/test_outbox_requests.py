# SPDX-License-Identifier: MIT
"""Requests of the outbox: they overtake the backlog, end in time, and late answers are handed over."""

import asyncio

from outbox_rig import TERMINAL, Host, Journal, Terminal
from pos.codec import messages
from pos.net import outbox as outbox_module


async def test_a_request_overtakes_the_backlog_and_returns_the_answer():
    journal, host = Journal(20, size=600), Host(receipts=False)
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: len(host.batches) == outbox_module.WINDOW)
        seq = journal.append()
        answer = await terminal.box.request(seq, 5000)
        assert (answer["seq"], answer["code"], answer["auth_code"]) == (seq, "00", "AUTH01")
        assert host.batches[-1] == (1, [seq])
        host.receipts = True
        host.receipt()
        await terminal.reaches(lambda: not journal.kept)
    ordinary = [seq for urgent, seqs in host.batches if not urgent for seq in seqs]
    assert seq not in ordinary, "what a request took along and the host has receipted is not sent twice"


async def test_a_request_takes_earlier_records_along():
    journal, host = Journal(0), Host()
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: terminal.box.online)
        journal.append(2)
        answer = await terminal.box.request((1, 2), 5000)
    assert answer["seq"] == 2 and host.batches == [(1, [1, 2])]


async def test_no_answer_is_none_and_a_late_one_is_handed_over():
    journal, host = Journal(1), Host(answers=False)
    async with Terminal(journal, host) as terminal:
        assert await terminal.box.request(1, 50) is None
        await terminal.reaches(lambda: host.broker)
        host.say(messages.answer(TERMINAL, 1, 1, "00", nonce=host.nonce))
        await terminal.reaches(lambda: terminal.late)
    assert terminal.late[0]["seq"] == 1 and terminal.late[0]["epoch"] == 1


async def test_a_request_is_asked_again_on_a_new_connection():
    journal, first, second = Journal(0), Host(receipts=False, answers=False), Host()
    async with Terminal(journal, first, second) as terminal:
        await terminal.reaches(lambda: terminal.box.online)
        seq = journal.append()
        request = asyncio.create_task(terminal.box.request(seq, 5000))
        await terminal.reaches(lambda: first.batches)
        first.broker.end.close()
        answer = await request
    assert answer["code"] == "00" and second.batches[0] == (1, [seq])


async def test_a_request_without_network_ends_in_time():
    async def dead(broker):
        broker.end.close()

    journal = Journal(1)
    async with Terminal(journal, *[dead] * 5) as terminal:
        assert await terminal.box.request(1, 50) is None
    assert not terminal.box.online and journal.pending_count() == 1
