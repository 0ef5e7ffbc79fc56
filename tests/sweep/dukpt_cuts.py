# SPDX-License-Identifier: MIT
"""Device side: dukpt_cuts.py [thorough]. The power goes at every program and erase of the register of DUKPT keys.

A story of injection and transactions; after each cut the register starts again and takes keys, cut there too.
No counter may come twice or go back, every key must be the host's, no used key may be left. One JSON object.
"""

import asyncio
import json
import sys

from cutting import Cutting, recorder
from host_keys import INITIAL, KEY_ID, derivation_key, forgotten, working_key
from torn import Flash

from pos.crypto import dukpt
from pos.crypto.dukpt_register import Register, lowest_bit
from pos.journal.devices import BLOCK

TRANSACTIONS = 17  # over a counter with a single bit, whose key leaves four new ones
AFTERWARDS = 2


class World:
    """What a power cut does not take: the flash, and which counters were given out."""

    def __init__(self, image, injected=False, given=0):
        self.image, self.injected, self.given = image, injected, given

    def branch(self, image):
        return World(image, self.injected, self.given)


def take(world, register):
    taken, out = register.take(), bytearray(16)
    counter = int.from_bytes(taken.ksn[8:], "big")
    assert counter > world.given, "counter %d after %d" % (counter, world.given)
    taken.working_key("pin", out)
    assert out == working_key(counter, "pin"), "the key of %d" % counter
    world.given = counter
    forgotten(world)


def complete(register):
    """Every key that is still to come is there, far ones too."""
    counter = register._counter()
    lowest = lowest_bit(counter)
    for bit in range(lowest, dukpt.COUNTER_BITS):
        if bit == lowest or not counter >> bit & 1:
            coming = (counter >> bit | 1) << bit
            key = bytes(register._keys[bit * 16 : bit * 16 + 16])
            assert key == derivation_key(coming), "the key of %d is lost" % coming


async def story(world, before):
    register = Register(Flash(world.image, before))
    register.inject(INITIAL, KEY_ID)
    world.injected = True
    for _ in range(TRANSACTIONS):
        take(world, register)


async def aftermath(world, before=None):
    """A start after a cut: the keys are there unless their injection never ended."""
    register = Register(Flash(world.image, before))
    forgotten(world)
    if not register.ready:
        assert not world.injected, "the keys are lost"
        return
    complete(register)
    for _ in range(AFTERWARDS):
        take(world, register)


async def main(thorough):
    points, beginning = [], World(bytearray(b"\xff" * (2 * BLOCK)))
    world = beginning.branch(bytearray(beginning.image))
    await story(world, recorder(world, points))
    cutting = Cutting(aftermath, thorough)
    await cutting.explore(points, bytearray(beginning.image))
    print(json.dumps(dict(cutting.told(), operations=len(points), tears=cutting.cuts)))


asyncio.run(main("thorough" in sys.argv))
