# SPDX-License-Identifier: MIT
"""The composition root: takes a board, has the terminal built (build.py), starts its tasks.

Order: display, configuration, journal, link, then trade. What cannot be built is said on the screen.
"""

import asyncio

from pos.compat import let_go
from pos.ops.log import Log
from pos.tasks import Supervisor

_START = (
    "pos.build",
    "pos.config",
    "pos.domain.fees",
    "pos.net.uplink",
    "pos.net.tls",
    "pos.journal.recovery",
)


def run(board):
    """Run the terminal on `board` until its power goes."""
    asyncio.run(_run(board))


async def _run(board):
    from pos.ui.screen import Screen

    log = Log(board.clock)
    await board.start()
    screen = Screen(board.display, board.font)
    supervisor = Supervisor(log)
    supervisor.start("screen", screen.run, critical=True)
    for name, task in board.tasks():
        supervisor.start(name, task, critical=name in ("bench", "keypad"))
    alarm, message = await _trade(board, screen, log, supervisor)
    from pos.stop import stop

    await stop(screen, log, alarm, message)


async def _trade(board, screen, log, supervisor):
    """(alarm, message) of what stopped the terminal, or kept it from starting."""
    try:
        await _welcome(screen)
        terminal, trouble = _built(board, screen, log)
    except MemoryError as short:
        terminal, trouble = None, ("invariant", "start: %s" % short)
    let_go(*_START)
    if terminal is None:
        return trouble
    _start(terminal, screen, supervisor)
    name, error = await supervisor.run()
    return "tamper" if name == "tamper" else "invariant", "%s: %s" % (name, error)


# What these two import is needed once: a name of it in `_trade`, which never ends, would keep all of it.


async def _welcome(screen):
    from pos.build import welcome

    await welcome(screen)


def _built(board, screen, log):
    """(terminal, None), or (None, what kept it from starting)."""
    from pos.build import NotReady, build

    try:
        return build(board, screen, log), None
    except NotReady as trouble:
        return None, (trouble.alarm, str(trouble))


def _start(terminal, screen, supervisor):
    from pos import workflow
    from pos.ui.status_bar import status_bar

    async def flows():
        await workflow.run(terminal)

    async def bar():
        await status_bar(terminal, screen)

    supervisor.on_failed = lambda name: terminal.alarm("task_failed", name)
    if hasattr(terminal.board, "tamper"):
        from pos.ops import tamper

        async def guard():
            await tamper.guard(terminal)

        supervisor.start("tamper", guard, critical=True)
    supervisor.start("workflow", flows, critical=True)
    supervisor.start("sync", terminal.outbox.run)
    supervisor.start("status_bar", bar)
    supervisor.start("budget", terminal.budget.run)
