# SPDX-License-Identifier: MIT
"""Device side: main.py FOLDER SEED PAUSE_MS. One power-on of a terminal that trades by itself until it is killed.

The application is what pos.build makes of the folder's config.json, keys.json and flash.img. When the file `closed`
lies beside the folder, it takes no more customers, syncs, and ends with 0; anything else that ends it is a failure.
"""

import asyncio
import json
import os
import random
import sys

from cashier import Cashier
from notebook import Notebook
from stand_ins import Board, Screen

from pos import workflow
from pos.build import NotReady, build
from pos.compat import let_go, sleep_ms
from pos.ops.log import Log
from pos.tasks import Supervisor

_LOOK_MS = 250
_TELL = 20  # looks between two lines in the log
_STOPPED, _NOT_READY = 3, 4


async def trade(folder, seed, pause_ms):
    """Exit code."""
    notebook = Notebook(folder + "/notebook.jsonl")
    random.seed(seed + notebook.lines)
    with open(folder + "/purse.json") as file:
        purse = json.load(file)
    board, screen = Board(folder, notebook), Screen()
    log = Log(board.clock)
    try:
        terminal = build(board, screen, log)
    except NotReady as trouble:
        log.event("not_ready", alarm=trouble.alarm, detail=str(trouble))
        return _NOT_READY
    let_go(
        "pos.build", "pos.config", "pos.domain.fees", "pos.net.uplink", "pos.net.tls", "pos.journal.recovery"
    )
    cashier = Cashier(terminal, notebook, purse, pause_ms)
    screen.looks = cashier.looks
    return await _run(terminal, cashier, log, folder + "/../closed")


async def _run(terminal, cashier, log, sign):
    async def flows():
        await workflow.run(terminal)

    async def shop():
        await _until_closed(cashier, log, sign)

    supervisor = Supervisor(log)
    supervisor.start("workflow", flows, critical=True)
    supervisor.start("sync", terminal.outbox.run)
    supervisor.start("cashier", cashier.work, critical=True)
    supervisor.start("shop", shop, critical=True)
    name, error = await supervisor.run()
    return 0 if name == "shop" and error is None else _STOPPED


async def _until_closed(cashier, log, sign):
    while not _there(sign):
        await sleep_ms(_LOOK_MS)
    cashier.closing = True
    looks = 0
    while not cashier.at_rest:
        if looks % _TELL == 0:
            log.event("closing", **cashier.standing)
        looks += 1
        await sleep_ms(_LOOK_MS)


def _there(path):
    try:
        os.stat(path)
        return True
    except OSError:
        return False


sys.exit(asyncio.run(trade(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
