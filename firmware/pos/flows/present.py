# SPDX-License-Identifier: MIT
"""The customer presents a card's stripe or a payment code (DOMAIN.md M1, M2).

What a swipe or a code is worth is said in stripe.py and code.py.
"""

from pos.domain import money
from pos.drivers import DeviceTimeout
from pos.flows.abandoned import Abandoned
from pos.flows.entry import KEY
from pos.tasks import first


async def present(terminal, amount, note):
    """(STRIPE or SCANNER, what was read, error). Abandoned on CANCEL or when nobody comes.

    `note` is the string key of what was wrong with the last presentation, or ''.
    """
    stripe = terminal.board.stripe
    stripe.clear()
    if not await _scanner(terminal, True):
        note = note or "scanner_missing"
    try:
        return await _wait(terminal, amount, note)
    finally:
        await _scanner(terminal, False)
        stripe.clear()
        terminal.operator.await_with()


async def _scanner(terminal, on):
    """Switch the scanner; False when it does not answer, and then the stripe alone must do."""
    scanner = terminal.board.scanner
    try:
        await (scanner.start() if on else scanner.stop())
        return True
    except DeviceTimeout as error:
        terminal.log.failure("scanner_missing", error)
        return False


async def _wait(terminal, amount, note):
    _show(terminal, amount, note)
    terminal.operator.await_with("card", "scan", *(("chip",) if note == "card_has_chip" else ()))
    while True:
        who, what, error = await _any(terminal)
        if isinstance(error, DeviceTimeout) or who is None:
            raise Abandoned("timed_out")
        if who != KEY:
            return who, what, error
        if what is None or what == "CANCEL":
            raise Abandoned("timed_out" if what is None else "cancelled")


async def _any(terminal):
    """(who, what, error) of the first thing that happens; who is None when nothing does in time."""
    board, timeout_ms = terminal.board, terminal.config.present_timeout_s * 1000
    return await first(
        timeout_ms,
        terminal.operator.key(timeout_ms),
        board.stripe.read(timeout_ms),
        board.scanner.read(timeout_ms),
    )


def _show(terminal, amount, note):
    operator, currency = terminal.operator, terminal.config.currency
    t = operator.t
    lines = [(t("present"), "accent")]
    if note:
        lines = [(t(note), "bad")] + ([t("chip_not_here")] if note == "card_has_chip" else lines)
    operator.show(
        "present",
        title=t("sale"),
        big="%s %s" % (currency, money.text(amount, currency)),
        lines=tuple(lines),
        footer=(("CANCEL", "do_back"),),
        tone="bad" if note else "normal",
        busy=not note,
    )
