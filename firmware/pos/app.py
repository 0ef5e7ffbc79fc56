# SPDX-License-Identifier: MIT
"""The composition root: takes a board, builds the terminal, starts its tasks. Nothing else knows everything.

Order: display, configuration, journal, link, then trade. What cannot be built is said on the screen.
"""

import asyncio

from pos.compat import let_go, sleep_ms
from pos.domain.calendar import clock as clock_text
from pos.journal import JournalError
from pos.ops.log import Log
from pos.ops.status import VERSION
from pos.tasks import Budget, Supervisor
from pos.ui.strings import Strings
from pos.ui.view import View, row

_STATUS_MS = 500
_POWER_ON = 0  # boot.reason


class NotReady(Exception):
    """The terminal cannot trade; `alarm` is the catalogue's name, the message says why and what to do."""

    def __init__(self, alarm, message):
        super().__init__(message)
        self.alarm = alarm


def run(board):
    """Run the terminal on `board` until its power goes."""
    asyncio.run(_run(board))


async def _run(board):
    log = Log(board.clock)
    await board.start()
    screen = _screen(board)
    supervisor = Supervisor(log)
    supervisor.start("screen", screen.run, critical=True)
    for name, task in board.tasks():
        supervisor.start(name, task, critical=name in ("bench", "keypad"))
    screen.show(View("算盘 Suanpan", (row(VERSION, "centre", 1, "dim"),), busy=True))
    await screen.settled(2000)
    try:
        terminal = _build(board, screen, log)
    except NotReady as trouble:
        await _stop(screen, log, board, trouble.alarm, str(trouble))
        return
    _start(terminal, screen, supervisor)
    name, error = await supervisor.run()
    await _stop(screen, log, board, "invariant", "%s: %s" % (name, error))


def _screen(board):
    from pos.ui.screen import Screen

    return Screen(board.display, board.font)


def _build(board, screen, log):
    """Every part of the terminal, or NotReady."""
    from pos.books import Books
    from pos.terminal import Terminal
    from pos.ui.operator import Operator

    config = _config(board)
    let_go("pos.config", "pos.domain.fees")
    journal = _journal(board, config)
    books = Books(journal, config, board.clock)
    books.recover()
    keys = _keys(board)
    operator = Operator(board, screen, Strings(config.language), config.key_beep, config.voice)
    outbox = _outbox(board, config, journal, keys)
    let_go("pos.net.uplink", "pos.net.tls", "pos.journal.recovery")
    budget = Budget(getattr(board, "feed_watchdog", None))
    terminal = Terminal(board, config, operator, books, outbox, keys, log, budget)
    outbox.on_late_answer, outbox.on_alarm = terminal.late_answer, terminal.alarm
    outbox.on_time, outbox.on_change = board.clock.learn, terminal.link_changed
    books.boot(_POWER_ON, VERSION)
    log.event("ready", terminal=config.terminal, pending=books.pending(), version=VERSION)
    return terminal


def _config(board):
    from pos.config import ConfigError, load

    try:
        return load(board.profile_dir + "/config.json")
    except ConfigError as error:
        raise NotReady("configuration", str(error)) from None


def _journal(board, config):
    from pos.journal import Journal

    try:
        journal = Journal(board.journal_device)
        journal.recover()
    except (JournalError, OSError, ValueError) as error:
        raise NotReady("journal_damaged", str(error)) from None
    if journal.terminal != config.terminal:
        message = "the journal is of terminal %s, not %s: provision again" % (
            journal.terminal,
            config.terminal,
        )
        raise NotReady("configuration", message)
    return journal


def _keys(board):
    from pos.crypto.keystore import FileKeyStore

    try:
        keys = FileKeyStore(board.profile_dir + "/keys.json")
        keys.mac_key()
        return keys
    except (OSError, ValueError, KeyError) as error:
        raise NotReady(
            "configuration", "keys.json cannot be used (%s): provision the terminal" % error
        ) from None


def _outbox(board, config, journal, keys):
    from pos.net import uplink
    from pos.net.tls import TlsConfigError

    try:
        return uplink.outbox(journal, board.link, config, keys.mac_key())
    except TlsConfigError as error:
        raise NotReady("configuration", str(error)) from None


def _start(terminal, screen, supervisor):
    from pos import workflow

    async def flows():
        await workflow.run(terminal)

    async def status_bar():
        await _status_bar(terminal, screen)

    supervisor.start("workflow", flows, critical=True)
    supervisor.start("sync", terminal.outbox.run)
    supervisor.start("status_bar", status_bar)
    supervisor.start("budget", terminal.budget.run)


async def _status_bar(terminal, screen):
    """Clock, link and queue at the top of every screen, and a look at the keypad."""
    status = screen.status
    shown = None
    while True:
        clock = clock_text(terminal.clock.now(), terminal.config.utc_offset_min)[11:]
        link = "up" if terminal.outbox.online else "down"
        now = clock, link, terminal.books.pending(), terminal.operator.t.language
        if now != shown:
            shown = now
            status.clock, status.link, status.queue = now[:3]
            status.marks = (terminal.operator.t("simulator"),) if terminal.board.simulated else ()
            screen.refresh()
            terminal.board.lamps.set("link", terminal.outbox.online)
        if terminal.board.keypad.stuck:
            terminal.alarm("key_stuck", terminal.board.keypad.stuck)
        await sleep_ms(_STATUS_MS)


async def _stop(screen, log, board, name, message):
    """Safe stop: the reason stands on the screen and in the log, and nothing is traded any more."""
    from pos.domain import alarms

    alarm = alarms.find(name)
    log.event("stopped", alarm=name, code=alarm.code, severity=alarm.severity, detail=message)
    title = "%s / TERMINAL STOPPED" % "终端已停用"
    rows = [row("%d %s" % (alarm.code, text), "centre", 1, "bad") for text in alarm.text]
    rows += [row(""), row(message, "left", 1, "normal"), row("")]
    rows += [row(text, "left", 1, "dim") for text in alarm.remedy]
    screen.show(View(title, rows, (), "bad"))
    screen.draw()
    while True:
        await sleep_ms(1000)
