# SPDX-License-Identifier: MIT
"""Device side: growth.py TRANSACTIONS EVERY. Sales from intent to receipt, retired by the outbox, on one small flash.

After each EVERY of them one line {"sales", "used", "pending"}, bytes of heap in use after a collection; on
MicroPython a line of `qstr_info` before it.
"""

import asyncio
import gc
import json
import sys

from station import Station
from torn import Flash
from world import TERMINAL, World

from pos.codec.records import ENTRY_CODE
from pos.compat import MICROPYTHON, mem_used
from pos.journal import Journal
from pos.journal.devices import BLOCK

BLOCKS = 6
KINDS = ({}, {"online": False}, {"code": "51"}, {"online": False, "entry": ENTRY_CODE}, {"paper": False})


def tell(station, sales):
    gc.collect()
    if MICROPYTHON:
        from micropython import qstr_info

        qstr_info()
    print(json.dumps({"sales": sales, "used": mem_used(), "pending": station.books.pending()}))


async def main(count, every):
    world = World(bytearray(b"\xff" * (BLOCKS * BLOCK)))
    Journal.format(Flash(world.image), TERMINAL, 1)
    station = Station(world)
    await station.boot()
    for number in range(1, count + 1):
        await station.sell(number, **KINDS[number % len(KINDS)])
        if number % 4 == 0:
            station.books.prepare()
            await station.synced()
            world.forget()
            world.settled = []
        if number % every == 0:
            tell(station, number)
    await station.off()


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
