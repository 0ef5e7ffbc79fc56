# SPDX-License-Identifier: MIT
"""An outbox between a journal that is a list and a broker and host in one script."""

import asyncio

from pipe import ScriptedLink, message, puback, turns
from pos.codec import cose, messages
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
        self.cumulative = 0
        self.size = size
        self.kept = {}
        self.retirements = []
        self.trusted_s = 0
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

    def begin_epoch(self, epoch):
        assert not self.kept and epoch > self.epoch
        self.epoch, self.next_seq, self.cumulative = epoch, 1, 0

    def pending(self, after_seq=0):
        for seq in range(max(after_seq, self.cumulative) + 1, self.next_seq):
            if seq in self.kept:
                yield seq, memoryview(self.kept[seq])

    def trust(self, time_s, fresh=False):
        news = time_s > self.trusted_s or (fresh and time_s < self.trusted_s)
        self.trusted_s = time_s if news else self.trusted_s
        return news

    def retire(self, cumulative, ranges=()):
        self.retirements.append((cumulative, [tuple(pair) for pair in ranges]))
        for low, high in [(self.cumulative + 1, cumulative)] + list(ranges):
            for seq in range(low, min(high + 1, self.next_seq)):
                self.kept.pop(seq, None)
        self.cumulative = max(self.cumulative, cumulative)


class Host:
    """Broker and host in one script; `batches` holds (urgent, seqs) of each that came, by their first byte."""

    def __init__(self, receipts=True, answers=True):
        self.receipts, self.answers = receipts, answers
        self.batches = []
        self.epochs, self.power_ons = [], []  # of each batch: its epoch; nonce, since and cumulative
        self.nonce = b""
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
        self.epochs.append(batch["epoch"])
        self.nonce = batch["nonce"]
        self.power_ons.append((batch["nonce"], batch["since"], batch["cumulative"]))
        self.seen.update(seqs)
        self.news.set()
        if self.receipts:
            self.receipt()
        if batch["urgent"] and self.answers:
            self.say(
                messages.answer(TERMINAL, 1, seqs[-1], "00", "AUTH01", "REF", 100, 1700000000, self.nonce)
            )

    def receipt(self):
        cumulative = 0
        while cumulative + 1 in self.seen:
            cumulative += 1
        above = [(seq, seq) for seq in sorted(self.seen) if seq > cumulative]
        self.say(messages.receipt(TERMINAL, 1, cumulative, above, 1700000001, self.nonce))

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
        self.client = client
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

    async def rests(self):
        """Every PUBACK is taken in, and everyone has had a turn to do more."""
        await self.reaches(lambda: not self.client.unacknowledged)
        await turns()
