# SPDX-License-Identifier: MIT
"""From a durable intent to its slip: the decision, then the result. Each part is let go when it is over."""

from pos.compat import let_go
from pos.domain import transaction as tx


async def conclude(terminal, transaction, payment=None, **asked):
    """Ask, write down, show, print. `payment` is what a sale will be compared with for duplicates.

    `asked`: see authorise.
    """
    notes = await _decision(terminal, transaction, asked)
    await tell(terminal, transaction, notes, payment)


async def tell(terminal, transaction, notes, payment=None):
    """The end of what is decided: show it, print it."""
    if payment is not None and transaction.state == tx.APPROVED:
        terminal.recent.add(payment, terminal.clock.now(), transaction.seq)
    await _result(terminal, transaction, notes)


async def _decision(terminal, transaction, asked):
    from pos.flows.authorise import authorise

    notes = await authorise(terminal, transaction, **asked)
    let_go("pos.flows.authorise", "pos.domain.responses", "pos.domain.alarms")
    return notes


async def _result(terminal, transaction, notes):
    from pos.flows.result import show_result

    await show_result(terminal, transaction, notes)
