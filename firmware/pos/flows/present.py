# SPDX-License-Identifier: MIT
"""The customer presents a card's stripe or a payment code (DOMAIN.md M1, M2).

What a swipe or a code is worth is said in stripe.py and code.py.
"""

from pos.domain import money
from pos.drivers import DeviceTimeout
from pos.flows.abandoned import Abandoned
from pos.tasks import first

_KEY, _STRIPE, _SCANNER = 0, 1, 2


async def present(terminal, amount):
    """Payment that the customer presented. Abandoned on CANCEL or when nobody comes."""
    stripe = terminal.board.stripe
    stripe.clear()
    note = "" if await _scanner(terminal, True) else "scanner_missing"
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
    """One presentation after another until one can be used."""
    while True:
        _show(terminal, amount, note)
        terminal.operator.await_with("card", "scan", *(("chip",) if note == "card_has_chip" else ()))
        who, what, error = await _any(terminal)
        if who is None or who == _KEY:
            _check_key(what)
            continue
        note, payment = _read(terminal, amount, who, what, error)
        if payment is not None:
            return payment
        if who == _SCANNER:
            await _scanner(terminal, True)  # its light goes out with each code that it has read


async def _any(terminal):
    """(who, what, error) of the first thing that happens; who is None when nothing does in time."""
    board, timeout_ms = terminal.board, terminal.config.present_timeout_s * 1000
    return await first(
        timeout_ms,
        terminal.operator.key(timeout_ms),
        board.stripe.read(timeout_ms),
        board.scanner.read(timeout_ms),
    )


def _check_key(key):
    if key is None:
        raise Abandoned("timed_out")
    if key == "CANCEL":
        raise Abandoned()


def _read(terminal, amount, who, what, error):
    """(string key of what is wrong, None) or ('', payment)."""
    if isinstance(error, DeviceTimeout):
        raise Abandoned("timed_out")
    if who == _STRIPE:
        from pos.flows.stripe import payment_of

        voice = "voice_swipe_again"
    else:
        from pos.flows.code import payment_of

        voice = "voice_scan_again"
    wrong, payment = payment_of(amount, what, error)
    if wrong:
        terminal.operator.beep("error")
        terminal.operator.say("voice_chip" if wrong == "card_has_chip" else voice)
        terminal.log.event("present_refused", reason=wrong, cause=str(error) if error else "")
    return wrong, payment


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
