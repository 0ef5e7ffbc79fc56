# SPDX-License-Identifier: MIT
"""A chip or contactless card from its reader to the slip, and back into the customer's hand."""

from pos import cards
from pos.cards.errors import CardError, CardRemoved, TwoCards
from pos.compat import const, let_go, sleep_ms
from pos.drivers import DeviceTimeout
from pos.flows.abandoned import Abandoned
from pos.flows.entry import CHIP
from pos.journal import JournalFull

_PAUSE_MS = const(500)
_STEPS = (
    "pos.flows.chip_sale",
    "pos.flows.tap_sale",
    "pos.flows.desk",
    "pos.flows.emv_side",
    "pos.flows.chip_intent",
    "pos.flows.payment",
    "pos.flows.pin",
    "pos.flows.scramble",
    "pos.ui.key_grid",
    "pos.flows.choose",
    "pos.flows.authorise",
    "pos.domain.responses",
    "pos.domain.alarms",
    "pos.domain.issuers",
    "pos.domain.fees",
    "pos.crypto.rsa",
)


async def pay(terminal, amount, who, card, error, again=None):
    """'' when the sale is over, else the string key of what is wrong. Abandoned as in chip_sale and tap_sale.

    `again`: as of sale.take.
    """
    if isinstance(error, MemoryError):
        raise error
    if error is not None:
        terminal.log.failure("present_refused", error)
        await sleep_ms(_PAUSE_MS)  # what is wrong may last
    return await (_chip if who == CHIP else _tap)(terminal, amount, card, error, again)


async def _chip(terminal, amount, card, error, again):
    try:
        wrong, sold = (_unread(error), None) if error else await _by_chip(terminal, amount, card, again)
    except (Abandoned, JournalFull) as end:
        await _removed(terminal, end.reason if isinstance(end, Abandoned) else "storage_full")
        raise
    if sold:
        await _told(terminal, *sold)
    if not await _removed(terminal, wrong) and wrong:
        raise Abandoned()
    return wrong


async def _tap(terminal, amount, card, error, again):
    if error:
        return "one_card" if isinstance(error, TwoCards) else "tap_again"
    try:
        wrong, sold = await _by_tap(terminal, amount, card, again)
        if wrong and not await _lifted(terminal, card, wrong):
            raise Abandoned()
    finally:
        await _field_off(terminal)
        _forget(terminal)
    if sold:
        await _told(terminal, *sold)
    return wrong


def _unread(error):
    return "chip_again" if isinstance(error, CardRemoved) else "chip_failed"


async def _by_chip(terminal, amount, card, again):
    try:
        terminal.take_key()  # while there is room for the register
        from pos.flows.chip_sale import pay_by_chip

        return await pay_by_chip(terminal, amount, card, again)
    finally:
        await _unpowered(card)
        _forget(terminal)


async def _by_tap(terminal, amount, card, again):
    terminal.take_key()  # while there is room for the register
    from pos.flows.tap_sale import pay_by_tap

    return await pay_by_tap(terminal, amount, card, again)


async def _unpowered(card):
    try:
        await card.release()
    except (CardError, DeviceTimeout, OSError):
        pass  # it is gone, or its reader is


async def _field_off(terminal):
    from pos.flows.take_away import field_off

    await field_off(terminal)


async def _told(terminal, transaction, payment, notes, asked):
    """`notes` explain the decision; without them the host is still to be asked, as `asked` (see authorise) says."""
    from pos.flows.conclude import conclude, tell

    if notes is None:
        await conclude(terminal, transaction, payment, **asked)
    else:
        await tell(terminal, transaction, notes, payment)


async def _removed(terminal, note):
    from pos.flows.take_away import removed

    terminal.card_left = not await removed(terminal, note)
    return not terminal.card_left


async def _lifted(terminal, card, note):
    from pos.flows.take_away import lifted

    return await lifted(terminal, card, note)


def _forget(terminal):
    """Kernels and readers: their room is the slip's."""
    terminal.board.release()
    let_go(*_STEPS)
    let_go(*cards.loaded())
