# SPDX-License-Identifier: MIT
"""Builds every part of one terminal and puts them together; used once by app.py, then let go."""

from pos.compat import let_go
from pos.journal import JournalError
from pos.ops.status import VERSION

_POWER_ON = 0  # boot.reason; a board with a watchdog says 1 when that one made the reset
_WELCOME_MS = 2000


class NotReady(Exception):
    """The terminal cannot trade; `alarm` is the catalogue's name, the message says why and what to do."""

    def __init__(self, alarm, message):
        super().__init__(message)
        self.alarm = alarm


async def welcome(screen):
    """The first thing that stands on the screen, while the journal is read."""
    from pos.ui.view import View, row

    screen.show(View("算盘 Suanpan", (row(VERSION, "centre", 1, "dim"),), busy=True))
    await screen.settled(_WELCOME_MS)


def build(board, screen, log):
    """Every part of the terminal, or NotReady."""
    from pos.tasks import Budget
    from pos.terminal import Terminal
    from pos.ui.operator import Operator
    from pos.ui.strings import Strings

    config = _config(board)
    journal = _journal(board, config)
    board.clock.not_before(journal.trusted_s)
    books = _books(journal, config, board.clock)
    keys = _keys(board)
    operator = Operator(board, screen, Strings(config.language), config.key_beep, config.voice)
    outbox = _outbox(board, config, journal, keys)
    budget = Budget(getattr(board, "feed_watchdog", None))
    terminal = Terminal(board, config, operator, books, outbox, keys, log, budget)
    outbox.on_late_answer, outbox.on_alarm = terminal.late_answer, terminal.alarm
    outbox.on_time, outbox.on_change = board.clock.learn, terminal.link_changed
    reason = getattr(board, "reset_reason", _POWER_ON)
    tell_of_new_epoch(journal, books)
    books.boot(reason, VERSION)
    _look_for_keys(terminal, board)
    _look_for_parameters(terminal, board)
    log.event("ready", terminal=config.terminal, pending=books.pending(), version=VERSION, reset=reason)
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


def _books(journal, config, clock):
    from pos.books import Books

    books = Books(journal, config, clock)
    try:
        books.recover()  # reads blocks that the journal's own recovery leaves alone
    except JournalError as error:
        raise NotReady("journal_damaged", str(error)) from None
    return books


def tell_of_new_epoch(journal, books):
    """The power went between a dispute's end and its alarm (flows/new_epoch.py): the alarm comes first here too."""
    if journal.next_seq == 1 and any(True for _ in journal.scan()):
        from pos.domain import alarms

        alarm = alarms.find("identity")
        books.alarm(alarm.code, alarm.severity, "epoch %d" % journal.epoch)


def _keys(board):
    """`board.key_store()` opens its own store (docs/crypto.md); without one the keys lie in the profile."""
    from pos.crypto.keystore import FileKeyStore, KeyStoreError

    try:
        own = getattr(board, "key_store", None)
        keys = own() if own else FileKeyStore(board.profile_dir + "/keys.json")
        keys.mac_key()
        return keys
    except KeyStoreError as error:
        raise NotReady("configuration", str(error)) from None


def _look_for_keys(terminal, board):
    """The queue is sent and sales taken back without keys too; a sale is refused (terminal.take_key)."""
    if getattr(board, "key_device", None) is None:
        return
    from pos.crypto import sale_key
    from pos.terminal import KEY_PARTS

    try:
        sale_key.look(board.key_device)
    except sale_key.NoKey as error:
        terminal.alarm("card_keys", str(error))
    let_go(*KEY_PARTS)


def _look_for_parameters(terminal, board):
    """A card whose application's line is faulty is refused; the stripe and all other cards are taken."""
    if not hasattr(type(board), "chip"):  # of the class: the reader itself is built when it is wanted
        return
    from pos.cards import applications
    from pos.cards.parameter_faults import faults
    from pos.domain import calendar

    today = "%04d%02d%02d" % calendar.civil(board.clock.now(), terminal.config.utc_offset_min)[:3]
    try:
        with open(board.profile_dir + applications.FILE, "rb") as file:
            for line, fault in faults(file, today):
                terminal.alarm("parameters", "line %d: %s" % (line, fault))
    except OSError:
        terminal.alarm("parameters", "no file")
    let_go("pos.cards.applications", "pos.cards.parameters", "pos.cards.parameter_faults", "pos.cards.dol")


def _outbox(board, config, journal, keys):
    from pos.net import uplink
    from pos.net.tls import TlsConfigError

    try:
        return uplink.outbox(journal, board.link, config, keys.mac_key())
    except TlsConfigError as error:
        raise NotReady("configuration", str(error)) from None
