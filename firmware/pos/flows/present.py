# SPDX-License-Identifier: MIT
"""The customer presents a card's stripe or a payment code (DOMAIN.md M1, M2).

Service code 2xx or 6xx (ISO/IEC 7813) means the card has a chip: its stripe is never taken as it stands.
"""

from pos.domain import codes, money
from pos.drivers import DeviceTimeout
from pos.flows.abandoned import Abandoned
from pos.flows.payment import of_card, of_code
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
        wrong, payment = _stripe(terminal, amount, what, error)
    else:
        wrong, payment = _code(terminal, amount, what, error)
    if wrong:
        terminal.operator.beep("error")
        terminal.operator.say(
            _VOICE.get(wrong, "voice_scan_again" if who == _SCANNER else "voice_swipe_again")
        )
        terminal.log.event("present_refused", reason=wrong, cause=str(error) if error else "")
    return wrong, payment


_VOICE = {"card_has_chip": "voice_chip"}


def _stripe(terminal, amount, read, error):
    from pos.cards.track import parse_track2

    if error is not None or not read.track2:
        return "card_unreadable", None
    try:
        card = parse_track2(read.track2)
    except ValueError:
        return "card_malformed", None
    if card.service_code[0] in "26":
        return "card_has_chip", None
    return "", _ready(terminal, of_card(amount, card, read.track2))


def _code(terminal, amount, code, error):
    if error is not None:
        return "code_unreadable", None
    try:
        wallet = codes.wallet(code.strip())
    except codes.CodeError as refusal:
        return refusal.reason, None
    return "", _ready(terminal, of_code(amount, wallet, code.strip()))


def _ready(terminal, payment):
    payment.rate(terminal.config.fees, terminal.config.debit_prefixes)
    payment.protect(terminal.seal, terminal.fingerprint)
    return payment


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
