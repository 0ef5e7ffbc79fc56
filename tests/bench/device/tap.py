# SPDX-License-Identifier: MIT
"""Device side: tap.py PROFILE HOST:PORT ROUNDS. Pays ROUNDS times with the card on the reader.

The profile has authority keys and applications. Prints {"ms": [from the card's detection to "remove card", …],
"outcome": of the last, "used": [bytes of heap in use after each payment, …], "disturbed": payments begun again}.
"""

import asyncio
import gc
import json
import sys

from boards.unix.board import Board
from pos.cards import applications, contactless, outcome, terminal
from pos.cards.ca_keys import CaKeys
from pos.cards.data_set import DataSet
from pos.compat import mem_used, ticks_diff, ticks_us, urandom
from pos.drivers import DeviceTimeout

AMOUNT = 12300
TIMEOUT_MS = 10000
MOST_DISTURBED = 20
TODAY = "20251122"


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


async def main(profile, bench, rounds):
    board = Board(profile, bench)
    await board.start()
    tasks = [asyncio.create_task(run()) for _, run in board.tasks()]
    await board.contactless.start()
    known = applications.Applications(profile + applications.FILE, "contactless", TODAY)
    side = terminal.standard(known, CaKeys(profile + "/ca_keys.jsonl", TODAY), urandom)
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


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
