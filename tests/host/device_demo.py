# SPDX-License-Identifier: MIT
"""Device side of test_workbench.py: every driver of the board `unix`, one key each, on any runtime.

argv: profile directory, host:port of the workbench. What a driver gives or raises is shown on the screen.
"""

import asyncio
import sys
from collections import namedtuple

from boards.unix.board import Board
from pos.cards.candidates import select
from pos.ui.screen import Screen
from pos.ui.view import View, row

Line = namedtuple("Line", ("text", "align", "size", "bold"))
Qr = namedtuple("Qr", ("data",))
SLIP = [Line("算盘 Suanpan", "centre", 2, True)]
SLIP += [Line("行 line " + str(i), "left", 1, False) for i in range(12)] + [
    Qr("https://example.org/1"),
    "cut",
]


async def print_slip(board):
    await board.printer.print(SLIP)
    return "printed"


async def read_stripe(board):
    return (await board.stripe.read(5000)).track2


async def scan(board):
    await board.scanner.start()
    return await board.scanner.read(5000)


async def speak(board):
    board.voice.say("收款 12.34 元")
    return "spoken"


async def tapped(board):
    """Length of the directory that a card has for contactless readers (PPSE)."""
    await board.contactless.start()
    card = await board.contactless.detect(5000)
    answer = await card.transmit(select(b"2PAY.SYS.DDF01"))
    await card.release()
    await board.contactless.stop()
    return f"{len(answer)} bytes {answer[-2]:02X}{answer[-1]:02X}"


async def inserted(board):
    """Length of the directory that a card has in its contacts (PSE), then the card's going."""
    await board.chip.start()
    card = await board.chip.inserted(5000)
    answer = await card.transmit(select(b"1PAY.SYS.DDF01"))
    await card.release()
    await board.chip.removed(5000)
    board.release()
    return f"{len(answer)} bytes, T={card.atr.protocol}, out"


ACTIONS = {
    "FUNC": print_slip,
    "UP": read_stripe,
    "DOWN": scan,
    "MENU": speak,
    "CLEAR": tapped,
    "00": inserted,
}


async def main(profile, bench):
    board = Board(profile, bench)
    await board.start()
    screen = Screen(board.display, board.font)
    tasks = [asyncio.create_task(run()) for _, run in board.tasks()]
    tasks.append(asyncio.create_task(screen.run()))
    said = "-"
    while True:
        screen.show(View("演示 Demo", [row(said, "centre")], (("CANCEL", "End"),)))
        key = await board.keypad.key(20000)
        if key in (None, "CANCEL"):
            break
        board.lamps.set("ready", True)
        if key in ACTIONS:
            screen.show(View("演示 Demo", [row("busy")], busy=True))
            try:
                said = await ACTIONS[key](board)
            except Exception as error:  # noqa: BLE001 - shown
                said = type(error).__name__ + ": " + str(error)
        else:
            board.buzzer.beep("key")
            said += key
    raise SystemExit(0)


asyncio.run(main(sys.argv[1], sys.argv[2]))
