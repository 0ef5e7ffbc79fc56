# SPDX-License-Identifier: MIT
"""The outbox against a scripted broker and host: batches, receipts, requests that overtake, forged messages."""

import asyncio

from expect import raises_async
from pipe import ScriptedLink, message, puback
from pos.codec import cose, messages
from pos.net import outbox as outbox_module
from pos.net.backoff import Backoff
from pos.net.mqtt import Client
from pos.net.outbox import Outbox
from pos.net.packet import publish
from pos.net.session import Session

KEY = bytes(range(32))
TERMINAL = "SIM00001"
DOWN = messages.down_topic("0", TERMINAL)
WAIT_S = 5


class Journal:
    """The journal's contract towards the outbox, kept in a list."""

    def __init__(self, records=0, size=100, epoch=1):
        self.epoch = epoch
        self.next_seq = 1
        self.size = size
        self.kept = {}
        self.retirements = []
        self.append(records)

    def append(self, count=1):
        for _ in range(count):
            self.kept[self.next_seq] = bytes((self.next_seq & 255,)) * self.size
            self.next_seq += 1
        return self.next_seq - 1

    def read(self, seq):
        return self.kept.get(seq)

    def pending_count(self):
        return len(self.kept)

    def pending(self, after_seq=0):
        for seq in sorted(self.kept):
            if seq > after_seq:
                yield seq, memoryview(self.kept[seq])

    def retire(self, cumulative, ranges=()):
        self.retirements.append((cumulative, [tuple(pair) for pair in ranges]))
        for seq in list(self.kept):
            if seq <= cumulative or any([low <= seq <= high for low, high in ranges]):
                del self.kept[seq]


class Host:
    """Broker and host in one script; `batches` holds (urgent, seqs) of each that came, by their first byte."""

    def __init__(self, receipts=True, answers=True):
        self.receipts, self.answers = receipts, answers
        self.batches = []
        self.seen = set()
        self.news = asyncio.Event()
        self.broker = None

    async def __call__(self, broker):
        await broker.welcome()
        _, body = await broker.packet()
        broker.say(b"\x90\x03" + body[:2] + b"\x01")
        self.broker = broker
        while True:
            head, body = await broker.packet()
            if head >> 4 == 3:
                topic, number, payload = message(head, body)
                assert topic == messages.up_topic("0", TERMINAL)
                broker.say(puback(number))
                self.take(messages.parse_batch(cose.open_mac0(KEY, payload, messages.AAD_UP)))

    def take(self, batch):
        seqs = [record[0] for record in batch["records"]]
        self.batches.append((batch["urgent"], seqs))
        self.seen.update(seqs)
        self.news.set()
        if self.receipts:
            self.receipt()
        if batch["urgent"] and self.answers:
            self.say(messages.answer(TERMINAL, 1, seqs[-1], "00", "AUTH01", "REF", 100, 1700000000))

    def receipt(self):
        cumulative = 0
        while cumulative + 1 in self.seen:
            cumulative += 1
        above = [(seq, seq) for seq in sorted(self.seen) if seq > cumulative]
        self.say(messages.receipt(TERMINAL, 1, cumulative, above, 1700000001))

    def say(self, payload, key=KEY):
        self.broker.say(publish(DOWN, cose.mac0(key, payload, b"", messages.AAD_DOWN), 1, False, 9))

    async def until(self, condition):
        while not condition():
            self.news.clear()
            try:
                await asyncio.wait_for(self.news.wait(), 0.01)
            except asyncio.TimeoutError:
                pass


class Terminal:
    """An outbox with its session on scripted connections; alarms and late answers are kept."""

    def __init__(self, journal, *hosts, **options):
        self.journal, self.hosts = journal, hosts
        self.box = Outbox(journal, TERMINAL, KEY, **options)
        client = Client("broker", client_id=TERMINAL, link=ScriptedLink(*hosts), on_message=self.box.receive)
        pause = Backoff(lambda n: 2)
        self.box.session = Session(client, self.box.topic_down, pause, self.box.changed)
        self.alarms, self.late, self.times, self.changes = [], [], [], []
        self.box.on_alarm = lambda name, detail: self.alarms.append(name)
        self.box.on_late_answer = self.late.append
        self.box.on_time = self.times.append
        self.box.on_change = lambda online, reason: self.changes.append(online)

    async def __aenter__(self):
        self.task = asyncio.create_task(self.box.run())
        return self

    async def __aexit__(self, *error):
        self.task.cancel()
        try:
            await self.task
        except asyncio.CancelledError:
            pass

    async def reaches(self, condition):
        await asyncio.wait_for(self.hosts[0].until(condition), WAIT_S)


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


async def test_a_puback_retires_nothing():
    journal, host = Journal(5), Host(receipts=False)
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: len(host.batches) == 1)
        await asyncio.sleep(0.05)
    assert journal.pending_count() == 5 and journal.retirements == []


async def test_no_more_batches_than_the_window_are_without_receipt():
    journal, host = Journal(20, size=600), Host(receipts=False)
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: len(host.batches) == outbox_module.WINDOW)
        await asyncio.sleep(0.05)
        assert len(host.batches) == outbox_module.WINDOW
        host.receipts = True
        host.receipt()
        await terminal.reaches(lambda: not journal.kept)
    assert len(host.batches) == 20


async def test_without_a_receipt_the_tail_is_sent_again_one_batch_at_a_time():
    journal, host = Journal(20), Host(receipts=False)
    async with Terminal(journal, host, receipt_ms=20) as terminal:
        terminal.box.kick()
        await terminal.reaches(lambda: len(host.batches) >= 4)
    assert [seqs[0] for _, seqs in host.batches[:4]] == [1, 11, 1, 1]


async def test_after_a_reconnect_only_what_has_no_receipt_is_sent_again():
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
        host.say(messages.receipt(TERMINAL, 1, 2, [(4, 5)], 1))
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
        host.say(messages.answer(TERMINAL, 1, 1, "00"))
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


async def test_a_forged_receipt_retires_nothing_and_raises_an_alarm():
    journal, host = Journal(3), Host(receipts=False)
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: host.batches)
        receipt = messages.receipt(TERMINAL, 1, 3, [], 1)
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


async def test_a_replayed_message_does_not_turn_the_clock_back():
    journal, host = Journal(1), Host(receipts=False)
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: host.batches)
        for time_s in (500, 400, 600):
            host.say(messages.receipt(TERMINAL, 1, 0, [], time_s))
        await terminal.reaches(lambda: len(terminal.times) == 2)
    assert terminal.times == [500, 600]


async def test_a_refusing_host_is_shown_and_probed_with_one_batch():
    journal, host = Journal(60), Host(receipts=False)
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: host.batches)
        host.say(messages.refusal(TERMINAL, 1, "03", "suspended"))
        await terminal.reaches(lambda: terminal.box.refusal)
        assert terminal.box.state["refusal"] == ("03", "suspended")
        assert terminal.alarms == ["refused"]


async def test_a_batch_that_does_not_fit_in_memory_makes_the_sync_give_way_and_shrinks():
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
        async with Terminal(journal, host, receipt_ms=20) as terminal:
            await terminal.reaches(lambda: not journal.kept)
    finally:
        outbox_module.cose.mac0 = seal
    assert len(host.batches[0][1]) == 2 and host.seen == set(range(1, 21))


async def test_no_memory_to_read_the_journal_ends_no_sync():
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
