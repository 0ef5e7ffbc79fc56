# SPDX-License-Identifier: MIT
"""Device side of test_power_cut.py: programs 16 bytes of the flash image at a time, for ever.

argv: profile directory, host:port of the workbench.
"""

import asyncio
import sys

from boards.unix.board import Board


async def main(profile, bench):
    board = Board(profile, bench)
    flash = board.journal_device
    await board.start()
    tasks = [asyncio.create_task(run()) for _, run in board.tasks()]
    while not flash.armed:  # the workbench says when the power goes
        await asyncio.sleep(0.01)
    board.lamps.set("ready", 0 <= board.clock.now() - 2_000_000_000 < 60)
    for i in range(256):
        flash.writeblocks(0, bytes((i,)) * 16, 16 * i)
    return tasks


asyncio.run(main(sys.argv[1], sys.argv[2]))
