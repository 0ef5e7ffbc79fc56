# SPDX-License-Identifier: MIT
"""Device side of test_workbench.py: screen and keypad on the board `unix`, on any runtime.

argv: profile directory, host:port of the workbench.
"""

import asyncio
import sys

from boards.unix.board import Board
from pos.ui.screen import Screen
from pos.ui.view import View, row


async def main(profile, bench):
    board = Board(profile, bench)
    await board.start()
    screen = Screen(board.display, board.font)
    tasks = [asyncio.create_task(run()) for _, run in board.tasks()]
    tasks.append(asyncio.create_task(screen.run()))
    typed = ""
    while True:
        screen.show(View("演示 Demo", [row(typed or "-", "centre", 2)], (("CANCEL", "End"),)))
        key = await board.keypad.key(20000)
        if key in (None, "CANCEL"):
            break
        board.buzzer.beep("key")
        board.lamps.set("ready", True)
        typed += key
    raise SystemExit(0)


asyncio.run(main(sys.argv[1], sys.argv[2]))
