# SPDX-License-Identifier: MIT
"""A sale, as the operator's manual tells it (DOMAIN.md M1, M2): amount, card or code, host, slip."""

from pos.domain import transaction as tx
from pos.flows.abandoned import Abandoned


async def sale(terminal, first_key=""):
    """One sale from the first digit to the slip. Abandoned when it ends before the intent is written."""
    from pos.flows.amount import enter_amount
    from pos.flows.duplicate import check_duplicate
    from pos.flows.present import present

    if terminal.books.full():
        terminal.alarm("journal_full")
        raise Abandoned("storage_full")
    amount = await enter_amount(terminal, first_key)
    payment = await present(terminal, amount)
    await check_duplicate(terminal, payment)
    await _take(terminal, payment)


async def _take(terminal, payment):
    """From here on money may be in doubt: every way out of here is an outcome or a reversal."""
    from pos.flows.authorise import authorise
    from pos.flows.result import show_result

    transaction = terminal.books.intend_sale(payment)
    notes = await authorise(terminal, transaction)
    if transaction.state == tx.APPROVED:
        terminal.recent.add(payment, terminal.clock.now())
    await show_result(terminal, transaction, notes)
