# SPDX-License-Identifier: MIT
"""Give back what a sale took, in whole or in part, to the card or wallet that paid (DOMAIN.md M5)."""

from pos.codec.records import ENTRY_CODE
from pos.compat import let_go
from pos.journal import JournalFull


async def refund(terminal):
    """Abandoned when the operator does not go on, or the host does not have the sale yet; JournalFull: no room."""
    if terminal.books.full():
        raise JournalFull()
    original = await _original(terminal)
    amount = await _amount(terminal, original)
    await _at_host(terminal, original)
    if original.entry == ENTRY_CODE:
        from pos.flows.conclude import conclude

        terminal.may_trade()
        await conclude(terminal, terminal.books.intend_refund(original, amount))
    else:
        from pos.flows.again import Again
        from pos.flows.sale import take

        await take(terminal, amount, Again(original, amount))


async def _original(terminal):
    from pos.flows.refund_original import ask_for_original

    original = await ask_for_original(terminal)
    let_go("pos.flows.refund_original", "pos.lookup")
    return original


async def _amount(terminal, original):
    from pos.flows.refund_amount import enter_refund

    amount = await enter_refund(terminal, original)
    let_go("pos.flows.refund_amount", "pos.flows.amount")
    return amount


async def _at_host(terminal, original):
    from pos.flows.at_host import wait_for_host_to_have

    await wait_for_host_to_have(terminal, original)
    let_go("pos.flows.at_host")
