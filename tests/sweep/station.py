# SPDX-License-Identifier: MIT
"""The application between its journal and its link: flows, books and outbox as they are, on a world's flash.

Person, printer and network answer at once; the host is the world's ledger. Nothing here takes time.
"""

import asyncio

from world import TERMINAL, Witness, examine

from pos.books import Books
from pos.codec import cose, messages, records
from pos.config import checked
from pos.drivers.printer import PrinterError
from pos.flows.conclude import conclude
from pos.flows.payment import Payment
from pos.flows.power_cut import reverse_open_intent
from pos.net.outbox import Outbox
from pos.tasks import Budget
from pos.terminal import Terminal
from pos.ui.operator import Operator
from pos.ui.strings import Strings

KEY = bytes(range(32))
NOW_S = 1_773_480_413
CONFIG = checked({"terminal": TERMINAL, "language": "en", "connect_wait_s": 0, "receipt_copies": 1})


class Host:
    """Verifies, commits, then says so: an answer to what is urgent, a receipt for all."""

    code = "00"

    def __init__(self, world):
        self._ledger = world.ledger
        self._cumulative = world.since - 1

    def take(self, payload):
        """Messages in reply to one batch."""
        batch = messages.parse_batch(cose.open_mac0(KEY, payload, messages.AAD_UP))
        for record in batch["records"]:
            seq = records.decode(record)[1][2]
            assert self._ledger.setdefault(seq, record) == record, "number %d with another body" % seq
        self._nonce = batch["nonce"]
        replies = [self._receipt()]
        if batch["urgent"]:
            replies.append(self._answer(records.as_dict(batch["records"][-1])))
        return [cose.mac0(KEY, reply, b"", messages.AAD_DOWN) for reply in replies]

    def _receipt(self):
        while self._cumulative + 1 in self._ledger:
            self._cumulative += 1
        above = [(seq, seq) for seq in sorted(self._ledger) if seq > self._cumulative]
        return messages.receipt(TERMINAL, 1, self._cumulative, above, NOW_S, self._nonce)

    def _answer(self, intent):
        amount = intent["amount"] if self.code == "00" else 0
        decided = self.code, "AUTH01", "REF", amount, NOW_S, self._nonce
        return messages.answer(TERMINAL, 1, intent["seq"], *decided)


class Line:
    """A session whose messages arrive at once."""

    online = True

    def __init__(self, host):
        self._host = host
        self.receive = None

    def hurry(self):
        pass

    async def run(self):
        await asyncio.Event().wait()

    async def send(self, topic, payload, first=False):
        for reply in self._host.take(payload):
            self.receive(topic, reply)


class Edges:
    """Board, keypad, printer, clock, ears, keys, screen and log in one: nobody presses a key."""

    paper = True
    lit = None

    def __init__(self, world):
        self.keypad = self.printer = self.clock = self.voice = self.buzzer = self.lamps = self
        self._world, self.books = world, None

    def now(self):
        return NOW_S

    def entropy(self, count):
        return bytes(count)

    async def key(self, timeout_ms=None):
        await asyncio.sleep(0)

    async def print(self, lines):
        if not self.paper:
            raise PrinterError("paper")
        self._world.slips.append((self.books.last.seq, self.books.last.amount))

    def show(self, *what):
        pass

    def event(self, name, **facts):
        pass

    def failure(self, name, error, **facts):
        raise error

    say = beep = set = show


class Station:
    """One power-on of the terminal. Making it recovers journal and books, and examines them."""

    card = ("",)

    def __init__(self, world, before=None, whole=True):
        self.journal = Witness(world.flash(before), world)
        self.journal.recover()
        self.edges = edges = Edges(world)
        self.books = edges.books = Books(self.journal, CONFIG, edges)
        self.books.recover()
        if world.since > 1:
            examine(world, self.journal, self.books, whole)
        self.host = Host(world)
        self.box = Outbox(self.journal, TERMINAL, KEY)
        self.line = self.box.session = Line(self.host)
        self.line.receive = self.box.receive
        operator = Operator(edges, edges, Strings("en"))
        self.terminal = Terminal(edges, CONFIG, operator, self.books, self.box, None, edges, Budget())
        self.box.on_alarm = self.terminal.alarm
        self._sync = None

    async def boot(self):
        """As build.py, app.py and workflow.py do it."""
        doubtful = self.books.in_doubt()
        self.books.boot(0, "sweep")
        await reverse_open_intent(self.terminal)
        assert self.books.in_doubt() is None, "an intent without an outcome stays"
        if doubtful is not None:
            found = self.books.find((doubtful.epoch, doubtful.seq))
            assert found.reversed and found.reason == records.REASON_POWER_CUT, "not reversed at boot"
        self._sync = asyncio.create_task(self.box.run())

    async def off(self):
        self._sync.cancel()
        try:
            await self._sync
        except asyncio.CancelledError:
            pass

    async def synced(self):
        """Until the host has receipted everything."""
        while self.journal.pending_count():
            self.box.kick()
            if self._sync.done():
                await self._sync
            await asyncio.sleep(0)

    async def sell(self, amount, online=True, code="00", entry=records.ENTRY_STRIPE, paper=True):
        """A sale from its durable intent to its slip."""
        self.line.online, self.host.code, self.edges.paper = online, code, paper
        payment = Payment(amount, entry, "UNIONPAY", "625094******0014")
        payment.hold(*self.card)
        payment.sealer = self.seal
        await conclude(self.terminal, self.books.intend_sale(payment))
        self.line.online = self.edges.paper = True

    async def void(self):
        original = self.books.newest_approved(("sale",))
        await conclude(self.terminal, self.books.intend_void(original))

    def seal(self, epoch, seq, *clear):
        return sealed(epoch, seq, *clear)


def sealed(epoch, seq, *clear):
    """Stands for the card, where it is not the subject."""
    return bytes(records.CARD_SIZE)
