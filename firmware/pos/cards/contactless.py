# SPDX-License-Identifier: MIT
"""Entry point: from an empty field to the outcome of a tap (EMV Contactless Book A section 4, Book B section 3)."""

from pos.cards import initiate, outcome, ppse, qualifiers
from pos.cards.errors import CardError, TwoCards
from pos.cards.parameters import MCHIP
from pos.compat import const, let_go, sleep_ms, ticks_add, ticks_diff, ticks_ms

_UNPREDICTABLE_NUMBER = const(0x9F37)  # tags
_CAPABILITIES = const(0x9F33)
_MOST_TAPS = const(4)
_LOOK_AGAIN_MS = const(50)
_AGAIN = ("removed", "silent")


async def run(reader, data, terminal, show, timeout_ms):
    """Outcome of one payment: approved, declined, online (then the host decides), other way or ended.

    In a refund the card is only read: then it is approved.

    `data` was filled by `terminal.begin`; `terminal.applications`: see applications.py. `reader` has
    `async detect(timeout_ms)` -> card with `async present()`, which raises TwoCards, and DeviceTimeout when the reader
    is gone or no card comes within `timeout_ms`, counted anew for each tap: that passes through. `show(message)` takes
    what outcome.py names; the outcome's own message is left to the caller.
    """
    allowed = _allowed(data, terminal)
    if not allowed:
        return outcome.other_way("limit")
    show(outcome.PRESENT_CARD)
    try:
        for _ in range(_MOST_TAPS):
            card = await _detected(reader, show, ticks_add(ticks_ms(), timeout_ms))
            show(outcome.PROCESSING)
            found = await transact(card, data, terminal, show, allowed)
            if found.result != outcome.TAP_AGAIN:
                return found
            show(found.message)
            await _lifted(card, ticks_add(ticks_ms(), timeout_ms))
    except TwoCards as error:
        return outcome.Outcome(outcome.ENDED, error.reason, outcome.ONE_CARD, outcome.NO_CVM)
    except CardError as error:  # the reader's own
        return outcome.ended(error.reason)
    return outcome.other_way(found.reason)


def _left_ms(deadline):
    return ticks_diff(deadline, ticks_ms())


async def _detected(reader, show, deadline):
    """The one card in the field. TwoCards when they are still there at the deadline."""
    told = False
    while True:
        try:
            return await reader.detect(max(1, _left_ms(deadline)))
        except TwoCards:
            if _left_ms(deadline) <= 0:
                raise
            if not told:
                show(outcome.ONE_CARD)
            told = True
            await sleep_ms(_LOOK_AGAIN_MS)


async def _lifted(card, deadline):
    """Wait until the card has left the field, or the deadline."""
    while _left_ms(deadline) > 0 and await card.present():
        await sleep_ms(_LOOK_AGAIN_MS)


def _allowed(data, terminal):
    """Entries of the applications that take this amount contactless."""
    amount = data.amount
    return terminal.applications.entries(lambda row: qualifiers.prepared(row, amount) is not None)


async def transact(card, data, terminal, show, allowed):
    """Outcome of the card in the field; TAP_AGAIN with its message when it is to be presented again."""
    try:
        for candidate in await ppse.candidates(card, allowed):
            found = await _tried(card, data, terminal, show, candidate)
            if found.result != outcome.SELECT_NEXT:
                return found
        return outcome.ended(found.reason)
    except CardError as error:
        if error.reason in _AGAIN:
            return outcome.tap_again(error.reason, outcome.PRESENT_AGAIN)
        return outcome.ended(error.reason)


async def _tried(card, data, terminal, show, candidate):
    """Outcome of one application, with a fresh unpredictable number."""
    data.restart()
    data.put(_UNPREDICTABLE_NUMBER, terminal.random(4))
    data.put(_CAPABILITIES, terminal.capabilities)
    row = terminal.applications.row(candidate.application)
    let_go("pos.cards.parameters")
    if row.ttq:
        data.put(qualifiers.TTQ, _qualifiers(row, data))
    refusal = await initiate.select(card, data, candidate, row)
    if refusal:
        return outcome.select_next(refusal)
    return await _kernel(row)(card, data, terminal, show)


def _qualifiers(row, data):
    prepared = qualifiers.prepared(row, data.amount)
    return qualifiers.of_refund(prepared) if data.refunds else prepared


def _kernel(row):
    if row.kernel == MCHIP:
        from pos.cards import mchip

        return mchip.run
    from pos.cards import qvsdc

    return qvsdc.run
