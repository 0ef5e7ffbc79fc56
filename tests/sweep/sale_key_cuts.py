# SPDX-License-Identifier: MIT
"""Device side: sale_key_cuts.py [twice] [thorough]. Sales under DUKPT keys: journal and register on one flash.

The power goes at every program and erase of both, with `twice` again at every one of what follows. No counter may
seal two cards or go back, each card must open with the host's key, no used key may be left. One JSON object.
"""

import asyncio
import json
import sys

from cutting import Cutting, recorder
from host_keys import INITIAL, KEY_ID, forgotten, working_key
from station import Station
from torn import Flash
from world import TERMINAL, World, settle

from pos.cards import card_data, dukpt_card_data
from pos.codec import cose, records
from pos.crypto import sale_key
from pos.crypto.dukpt_register import Register
from pos.journal import Journal
from pos.journal.devices import BLOCK

JOURNAL, REGISTER = 6, 2  # blocks
CARD = "6250941234560014", "3012", "101", "6250941234560014=30121010000000000000"
AAD = dukpt_card_data.aad(TERMINAL.encode())


class KeyWorld(World):
    """`given`: the newest counter that a card was sealed with."""

    given = 0

    def branch(self, image):
        other = World.branch(self, image)
        other.given = self.given
        return other

    def flash(self, before=None):
        return Flash(self.image, before, 0, JOURNAL)

    def register(self, before=None):
        return Flash(self.image, before, JOURNAL, REGISTER)


class Till(Station):
    """A terminal whose board has a register."""

    card = CARD

    def __init__(self, world, before=None, whole=True):
        Station.__init__(self, world, before, whole)
        self.world, self._before = world, before
        self.terminal._key_device = self.key_device

    def key_device(self):
        return self.world.register(self._before)

    async def boot(self):
        """As build.py: the register is looked at before anything is sold."""
        sale_key.look(self.key_device)
        forgotten(self.world)
        await Station.boot(self)

    def seal(self, epoch, seq, *clear):
        sealed = self.terminal.seal(epoch, seq, *clear)
        counter = counter_of(sealed)
        assert counter > self.world.given, "counter %d after %d" % (counter, self.world.given)
        self.world.given = counter
        forgotten(self.world)
        return sealed


def counter_of(sealed):
    at = bytes(sealed).find(KEY_ID) + len(KEY_ID)
    return int.from_bytes(sealed[at : at + 4], "big")


def opened(world):
    """Every card that is at the host, in the order of its records."""
    newest = 0
    for seq in sorted(world.ledger):
        fields = records.as_dict(world.ledger[seq])
        if fields["kind"] == "sale":
            counter = counter_of(fields["card"])
            assert counter > newest, "counter %d at the host after %d" % (counter, newest)
            newest = counter
            card = card_data.parse(cose.open_encrypt0(working_key(counter, "data"), fields["card"], AAD))
            assert tuple(card) == CARD


async def story(till):
    """Online, given up with its key taken, offline, declined."""
    await till.sell(1001)
    till.terminal.take_key()
    till.terminal.drop_key()
    await till.sell(1002, online=False)
    await till.synced()
    await till.sell(1003, code="51")
    await till.synced()


async def aftermath(world, before=None):
    """The terminal starts after a cut, sells and syncs."""
    till = Till(world, before, whole=before is not None)
    await till.boot()
    try:
        await till.sell(2001)
        await till.synced()
    finally:
        await till.off()
    settle(world)
    opened(world)


async def injected():
    """A terminal with its keys that has sold once."""
    world = KeyWorld(bytearray(b"\xff" * ((JOURNAL + REGISTER) * BLOCK)))
    Journal.format(world.flash(), TERMINAL, 1)
    Register(world.register()).inject(INITIAL, KEY_ID)
    till = Till(world)
    await till.boot()
    await till.sell(1)
    await till.synced()
    await till.off()
    world.forget()
    return world


async def main(twice, thorough):
    beginning, points = await injected(), []
    world = beginning.branch(bytearray(beginning.image))
    till = Till(world, recorder(world, points))
    await till.boot()
    await story(till)
    await till.off()
    opened(world)
    cutting = Cutting(aftermath, thorough)
    await cutting.explore(points, bytearray(beginning.image), deeper=twice)
    print(json.dumps(dict(cutting.told(), operations=len(points), tears=cutting.cuts)))


asyncio.run(main("twice" in sys.argv, "thorough" in sys.argv))
