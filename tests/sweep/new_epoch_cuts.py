# SPDX-License-Identifier: MIT
"""Device side: new_epoch_cuts.py [thorough]. A restored image hands its records over and begins a new epoch (F6).

The power goes at every program and erase of that, in each of six ways, and again at every one of what follows: in
one way each, in all six when thorough. Nothing may be lost, no counter go back. Prints one JSON object.
"""

import asyncio
import json
import sys

from pos import compat

compat.let_go = lambda *names: None  # memory is not the subject: modules stay

from cutting import Cutting, recorder  # noqa: E402
from station import CONFIG, KEY, NOW_S, Edges, Line, sealed  # noqa: E402
from torn import Flash  # noqa: E402
from world import TERMINAL  # noqa: E402

from pos.books import Books  # noqa: E402
from pos.build import tell_of_new_epoch  # noqa: E402
from pos.codec import cose, messages, records  # noqa: E402
from pos.flows.conclude import conclude  # noqa: E402
from pos.flows.new_epoch import new_epoch  # noqa: E402
from pos.flows.payment import Payment  # noqa: E402
from pos.flows.power_cut import reverse_open_intent  # noqa: E402
from pos.journal import Journal  # noqa: E402
from pos.journal.devices import BLOCK  # noqa: E402
from pos.net.outbox import Outbox  # noqa: E402
from pos.tasks import Budget  # noqa: E402
from pos.terminal import Terminal  # noqa: E402
from pos.ui.operator import Operator  # noqa: E402
from pos.ui.strings import Strings  # noqa: E402

BLOCKS = 6
SALES = 3  # offline, on the restored image
TOLD = 500, 1, 600  # trace, batch, voucher in the host's books
ALARM = 305


class World:
    """What a power cut does not take: the host's books and what it keeps apart, and what was promised."""

    slips = ()

    def __init__(self, image, kept=(), booked=(), promised=()):
        self.image = image
        self.kept, self.booked, self.promised = list(kept), list(booked), list(promised)

    def branch(self, image):
        return World(image, self.kept, self.booked, self.promised)


class Witness(Journal):
    """Remembers what it promised."""

    world = None

    def append(self, schema, values, urgent=False):
        seq = Journal.append(self, schema, values, urgent)
        self.world.promised.append(schema.pack(values))
        return seq


class Host:
    """Its books follow another device in epoch 1; what is in epoch 2 is booked."""

    def __init__(self, world):
        self._world = world

    def take(self, payload):
        batch = messages.parse_batch(cose.open_mac0(KEY, payload, messages.AAD_UP))
        pairs = [(seq, seq) for seq in [records.as_dict(record)["seq"] for record in batch["records"]]]
        if batch["epoch"] == 1:
            self._world.kept += batch["records"]
            reply = messages.dispute(TERMINAL, 1, pairs, 2, TOLD, NOW_S, batch["nonce"])
        else:
            self._world.booked += batch["records"]
            reply = messages.receipt(TERMINAL, 2, 0, pairs, NOW_S, batch["nonce"])
        return [cose.mac0(KEY, reply, b"", messages.AAD_DOWN)]


class Paper(Edges):
    async def print(self, lines):
        pass


class Station:
    """One power-on."""

    def __init__(self, world, before=None):
        self.journal = Witness(Flash(world.image, before))
        self.journal.world = world
        self.journal.recover()
        self.edges = edges = Paper(world)
        self.books = edges.books = Books(self.journal, CONFIG, edges)
        self.books.recover()
        self.box = Outbox(self.journal, TERMINAL, KEY)
        self.line = self.box.session = Line(Host(world))
        self.line.receive = self.box.receive
        operator = Operator(edges, edges, Strings("en"))
        self.terminal = Terminal(edges, CONFIG, operator, self.books, self.box, None, edges, Budget())
        self.box.on_alarm = self.terminal.alarm

    async def trade(self):
        """A start, then sales without the network."""
        tell_of_new_epoch(self.journal, self.books)
        self.books.boot(0, "sweep")
        await reverse_open_intent(self.terminal)

    async def sell(self, amount):
        self.line.online = False
        payment = Payment(amount, records.ENTRY_STRIPE, "UNIONPAY", "625094******0014")
        payment.hold("")
        payment.sealer = sealed
        await conclude(self.terminal, self.books.intend_sale(payment))
        self.line.online = True

    async def connect(self):
        """Until the host has everything, in whatever epoch."""
        sync = asyncio.create_task(self.box.run())
        try:
            while self.journal.pending_count():
                self.box.kick()
                await asyncio.sleep(0)
                if self.box.dispute:
                    await new_epoch(self.terminal)
        finally:
            sync.cancel()
            try:
                await sync
            except asyncio.CancelledError:
                pass


async def procedure(world, before=None):
    station = Station(world, before)
    await station.trade()
    await station.connect()
    await station.sell(900)
    await station.connect()
    settle(world, station)


def settle(world, station):
    """All that was promised is with the host, in the books only what is of the new epoch."""
    for body in world.promised:
        assert body in world.kept or body in world.booked, "a record is lost"
    assert station.journal.epoch == 2 and not station.journal.pending_count()
    booked = [records.as_dict(body) for body in world.booked]
    alarms = [row for row in booked if row["kind"] == "alarm"]
    assert booked[0]["kind"] == "alarm" and alarms[0]["code"] == ALARM, (
        "the new epoch begins without its alarm"
    )
    for row in booked:
        if "trace" in row:
            assert row["trace"] >= TOLD[0] and row["voucher"] >= TOLD[2], "a counter has gone back"
    sold = [row["amount"] for row in booked if row["kind"] == "sale"]
    assert sold and set(sold) == {900}


async def restored():
    """An image that was put back, with sales on it that nobody has heard of."""
    world = World(bytearray(b"\xff" * (BLOCKS * BLOCK)))
    Journal.format(Flash(world.image), TERMINAL, 1)
    station = Station(world)
    await station.trade()
    for amount in range(1, SALES + 1):
        await station.sell(amount)
    return world


async def main(thorough):
    cutting, beginning, points = Cutting(procedure, thorough), await restored(), []
    world = beginning.branch(bytearray(beginning.image))
    await procedure(world, recorder(world, points))
    await cutting.explore(points, bytearray(beginning.image))
    print(json.dumps(cutting.told()))


asyncio.run(main("thorough" in sys.argv))
