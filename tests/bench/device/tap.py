# SPDX-License-Identifier: MIT
"""Device side: tap.py PROFILE HOST:PORT KEYS FLOOR-LIMIT ROUNDS. Pays ROUNDS times with the card on the reader.

KEYS: file of authority keys. Prints {"ms": [from the card's detection to "remove card", …], "outcome": of the last,
"used": [bytes of heap in use after each payment, …], "disturbed": payments that were begun again}.
"""

import asyncio
import gc
import json
import sys

from boards.unix.board import Board
from pos.cards import contactless, contactless_aids, outcome, terminal
from pos.cards.ca_keys import CaKeys
from pos.cards.data_set import DataSet
from pos.compat import mem_used, ticks_diff, ticks_us, urandom
from pos.drivers import DeviceTimeout

AMOUNT = 12300
TIMEOUT_MS = 10000
MOST_DISTURBED = 20


def rows(floor_limit):
    """The standard applications with this floor limit, their seventh field."""
    made = contactless_aids.ContactlessApplication
    return [made(*(row[:6] + (floor_limit,) + row[7:])) for row in contactless_aids.standard()]


class Watch:
    """When which message was shown."""

    def __init__(self):
        self.at = {}

    def __call__(self, message):
        self.at[message] = ticks_us()

    def ms(self):
        return ticks_diff(self.at[outcome.CARD_READ], self.at[outcome.PROCESSING]) / 1000


async def paid(reader, data, side):
    watch = Watch()
    terminal.begin(data, side, AMOUNT, "0156", "251122", "101112", 7)
    found = await contactless.run(reader, data, side, watch, TIMEOUT_MS)
    data.wipe()
    return watch.ms(), found.result


async def main(profile, bench, keys, floor_limit, rounds):
    board = Board(profile, bench)
    await board.start()
    tasks = [asyncio.create_task(run()) for _, run in board.tasks()]
    await board.contactless.start()
    side = terminal.standard(rows(floor_limit), CaKeys(keys, "20251122"), urandom)
    said = {"ms": [], "used": [], "tasks": len(tasks), "disturbed": 0}
    data = DataSet()
    while len(said["ms"]) < rounds:
        try:
            ms, said["outcome"] = await paid(board.contactless, data, side)
        except DeviceTimeout:  # the machine had no core for the virtual chip: not a figure
            said["disturbed"] += 1
            assert said["disturbed"] < MOST_DISTURBED
            continue
        said["ms"].append(ms)
        gc.collect()
        said["used"].append(mem_used())
    print(json.dumps(said))


asyncio.run(main(*sys.argv[1:4], *[int(word) for word in sys.argv[4:6]]))
