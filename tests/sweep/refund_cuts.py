# SPDX-License-Identifier: MIT
"""Device side: refund_cuts.py [thorough]. The power goes at every program and erase of a sale given back in parts.

Then, and at every program and erase of what follows, what remains is given back: never more than was paid, and in the
end all of it. One JSON object.
"""

import asyncio
import json
import sys

from pos import compat

compat.let_go = lambda *names: None  # memory is not the subject: modules stay

from cutting import Cutting, recorder  # noqa: E402
from station import Station  # noqa: E402
from torn import Flash  # noqa: E402
from world import TERMINAL, World, settle  # noqa: E402

from pos.codec import records  # noqa: E402
from pos.domain import transaction as tx  # noqa: E402
from pos.flows.conclude import conclude  # noqa: E402
from pos.flows.payment import Payment  # noqa: E402
from pos.journal import Journal  # noqa: E402
from pos.journal.devices import BLOCK  # noqa: E402

BLOCKS = 6
PAID = 1000
VOUCHER = 2  # of the sale in the story; the one before it is settled


class Till(Station):
    async def refund(self, original, amount, online=True, code="00"):
        """From its durable intent to its slip."""
        self.line.online, self.host.code = online, code
        payment = Payment(amount, records.ENTRY_STRIPE, original.issuer, original.pan_masked)
        payment.hold(*self.card)
        payment.sealer = self.seal
        await conclude(self.terminal, self.books.intend_refund(original, amount, payment))
        self.line.online = True


async def story(till):
    """Given back in parts; taken back without an answer, declined; the rest."""
    await till.sell(PAID)
    sold = await till.books.sale_of(VOUCHER)
    await till.refund(sold, 300)
    await till.refund(sold, 300, online=False)
    await till.synced()
    await till.refund(sold, 300, code="91")
    await till.refund(sold, 700)
    await till.synced()


async def aftermath(world, before=None):
    """The terminal starts after a cut, gives back what remains of the sale, or of another one, and syncs."""
    till = Till(world, before, whole=before is not None)
    await till.boot()
    try:
        sold = await till.books.sale_of(VOUCHER)
        if sold is None or sold.state != tx.APPROVED:
            await till.sell(PAID)
            sold = await till.books.sale_of(till.books.voucher)
        assert sold.refunded == given(world.promised, sold), "what remains is not what was promised"
        if sold.refunded < PAID:
            await till.refund(sold, PAID - sold.refunded)
        await till.synced()
    finally:
        await till.off()
    settle(world)
    assert given(world.ledger.values(), sold) == PAID, "not all of it is given back at the host"


def given(encoded, sold):
    """What refunds have given back of `sold`; AssertionError when it is more than was paid of any sale."""
    amount = 0
    for one in tx.fold_all([records.as_dict(record) for record in encoded]):
        assert one.refunded <= one.amount, "voucher %d is given back twice" % one.voucher
        if (one.epoch, one.seq) == (sold.epoch, sold.seq):
            amount = one.refunded
    return amount


async def begun():
    """A terminal that has sold once."""
    world = World(bytearray(b"\xff" * (BLOCKS * BLOCK)))
    Journal.format(Flash(world.image), TERMINAL, 1)
    till = Till(world)
    await till.boot()
    await till.sell(1)
    await till.synced()
    await till.off()
    world.forget()
    return world


async def main(thorough):
    beginning, points = await begun(), []
    world = beginning.branch(bytearray(beginning.image))
    till = Till(world, recorder(world, points))
    await till.boot()
    await story(till)
    await till.off()
    settle(world)
    cutting = Cutting(aftermath, thorough)
    await cutting.explore(points, bytearray(beginning.image))
    print(json.dumps(dict(cutting.told(), operations=len(points), tears=cutting.cuts)))


asyncio.run(main("thorough" in sys.argv))
