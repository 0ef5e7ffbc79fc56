# SPDX-License-Identifier: MIT
"""Device side: power_cuts.py ROUNDS [thorough]. Cuts the power at every program and erase of a story of sales.

Each operation is ended in each of six ways; then the terminal starts, and at every program and erase of what it
does next the power goes again: in one way each, in all six when thorough. Each round begins a sale further in
the journal. Prints one JSON object.
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

from pos.codec.records import ENTRY_CODE  # noqa: E402
from pos.journal import Journal  # noqa: E402
from pos.journal.devices import BLOCK  # noqa: E402

BLOCKS = 6
WRAPPED = 60  # sales that bring the journal once around and more


async def story(station):
    """Online, offline, declined, reversed, voided, without paper; through a rotation, with syncs between."""
    await station.sell(1001)
    await station.sell(1002, online=False)
    await station.synced()
    await station.sell(1003, code="51")
    await station.sell(1004, online=False, entry=ENTRY_CODE)
    await station.sell(1005)
    await station.void()
    await station.sell(1006, paper=False)
    await station.synced()
    station.books.prepare()
    for amount in range(1007, 1011):
        await station.sell(amount)
    await station.synced()


async def aftermath(world, before=None):
    """The terminal starts after a cut, reverses what is in doubt, sells, syncs: all must be right.

    After the first cut it syncs before it sells too; after a cut of that, the sale overtakes what is left,
    unless the torn blocks have left no room for a sale.
    """
    station = Station(world, before, whole=before is not None)
    await station.boot()
    try:
        if before is not None or station.books.full():
            await station.synced()
        await station.sell(2001)
        await station.synced()
    finally:
        await station.off()
    settle(world)


class Sweep:
    """Counts of what was tried, and the violations."""

    def __init__(self, thorough):
        self.cutting = Cutting(aftermath, thorough)
        self.operations = self.erases = 0

    async def round(self, beginning, number):
        """Every cut of one story that begins on a branch of `beginning`."""
        points = []
        world = beginning.branch(bytearray(beginning.image))
        station = Station(world, recorder(world, points))
        await station.boot()
        await story(station)
        await station.off()
        settle(world)
        self.operations += len(points)
        self.erases += len([1 for _, _, new in points if len(new) == BLOCK])
        await self.cutting.explore(points, bytearray(beginning.image), (number,))


async def wrapped(sales):
    """A world in which the journal has gone round; all is at the host."""
    world = World(bytearray(b"\xff" * (BLOCKS * BLOCK)))
    Journal.format(Flash(world.image), TERMINAL, 1)
    await sold(world, sales)
    return world


async def sold(world, sales):
    station = Station(world)
    await station.boot()
    for amount in range(1, sales + 1):
        await station.sell(amount)
    await station.synced()
    await station.off()
    world.forget()


async def main(rounds, thorough):
    sweep = Sweep(thorough)
    world = await wrapped(WRAPPED)
    for number in range(rounds):
        await sweep.round(world, number)
        await sold(world, 1)
    more = {"tears": sweep.cutting.cuts, "operations": sweep.operations, "erases": sweep.erases}
    print(json.dumps(dict(sweep.cutting.told(), **more)))


asyncio.run(main(int(sys.argv[1]), "thorough" in sys.argv))
