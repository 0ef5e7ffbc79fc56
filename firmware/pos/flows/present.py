# SPDX-License-Identifier: MIT
"""The customer presents a card, to any reader, or a payment code (DOMAIN.md M1, M2).

What it is worth is said in stripe.py, code.py, chip_sale.py and tap_sale.py.
"""

from pos.cards.errors import CardError
from pos.compat import const, sleep_ms
from pos.domain import money
from pos.drivers import DeviceTimeout
from pos.drivers.deadline import Deadline
from pos.flows.abandoned import Abandoned
from pos.flows.entry import KEY, TAP
from pos.tasks import first

_ANEW_MS = const(500)


async def present(terminal, amount, note, again=False):
    """(STRIPE, SCANNER, CHIP or TAP, what was read, error). Abandoned on CANCEL or when nobody comes.

    `note` is the string key of what was wrong with the last presentation, or ''. `again`: it is the card of an earlier
    sale that is wanted, and no code.
    """
    stripe = terminal.board.stripe
    stripe.clear()
    if not again and not await _scanner(terminal, True):
        note = note or "scanner_missing"
    try:
        return await _wait(terminal, amount, note, again)
    finally:
        await _scanner(terminal, False)
        stripe.clear()
        terminal.operator.await_with()


async def _scanner(terminal, on):
    """Switch the scanner; False when it does not answer, and then the others must do."""
    scanner = terminal.board.scanner
    try:
        await (scanner.start() if on else scanner.stop())
        return True
    except DeviceTimeout as error:
        terminal.log.failure("scanner_missing", error)
        return False


async def _wait(terminal, amount, note, again):
    chips = _takes_chips(terminal.board)
    _show(terminal, amount, note, chips, again)
    terminal.operator.await_with(
        "card", *(() if again else ("scan",)), *(("chip", "contactless") if chips else ())
    )
    while True:
        who, what, error = await _any(terminal, chips)
        if isinstance(error, DeviceTimeout) or who is None:
            raise Abandoned("timed_out")
        if who != KEY:
            return who, what, error
        if what is None or what == "CANCEL":
            raise Abandoned("timed_out" if what is None else "cancelled")


def _takes_chips(board):
    return hasattr(board, "chip")


async def _any(terminal, chips):
    """(who, what, error) of the first thing that happens; who is None when nothing does in time."""
    board, timeout_ms = terminal.board, terminal.config.present_timeout_s * 1000
    ways = [
        terminal.operator.key(timeout_ms),
        board.stripe.read(timeout_ms),
        board.scanner.read(timeout_ms),
    ]
    if chips:
        ways += [
            _started(terminal, board.chip, _inserted(terminal), timeout_ms),
            _started(terminal, board.contactless, board.contactless.detect, timeout_ms),
        ]
    found = await first(timeout_ms, *ways)
    if chips and found[0] != TAP:
        from pos.flows.take_away import field_off

        await field_off(terminal)
    return found


def _inserted(terminal):
    """How a card comes into the chip reader; one that was left there must go first, or it would pay for this sale."""

    async def comes(timeout_ms):
        chip = terminal.board.chip
        if terminal.card_left:
            await chip.removed(timeout_ms)
            terminal.card_left = False
        return await chip.inserted(timeout_ms)

    return comes


async def _started(terminal, reader, comes, timeout_ms):
    """The card that comes. A reader that does not answer is begun anew; meanwhile the others are waited for."""
    deadline, told = Deadline(timeout_ms), False
    while True:
        try:
            await _awake(reader)
            return await comes(deadline.left_ms())
        except DeviceTimeout as error:
            if deadline.passed():
                raise
            if not told:
                terminal.log.failure("reader_missing", error)
            told = True
        await sleep_ms(_ANEW_MS)


async def _awake(reader):
    try:
        await reader.start()
    except CardError:
        raise DeviceTimeout("reader") from None  # another chip, or one that is out of its mind


def _show(terminal, amount, note, chips, again):
    operator, currency = terminal.operator, terminal.config.currency
    t = operator.t
    lines = [(t("card_again" if again else "present"), "accent")]
    if chips:
        lines.append((t("remove_card"), "bad") if terminal.card_left else (t("present_chip"), "accent"))
    if note:
        lines = [(t(note), "bad")] + (
            [t("chip_not_here")] if note == "card_has_chip" and not chips else lines
        )
    operator.show(
        "present",
        title=t(terminal.doing),
        big="%s %s" % (currency, money.text(amount, currency)),
        lines=tuple(lines),
        footer=(("CANCEL", "do_back"),),
        tone="bad" if note else "normal",
        busy=not note,
    )
