# SPDX-License-Identifier: MIT
"""Print the last approved slip again, marked as a duplicate (DOMAIN.md M8)."""

from pos.flows.abandoned import Abandoned


async def reprint_last(terminal):
    """Abandoned when there is nothing to print."""
    from pos.domain import money
    from pos.domain import transaction as tx
    from pos.flows.print_receipt import print_receipt

    transaction = terminal.books.newest_approved(tx.INTENTS)
    if transaction is None:
        raise Abandoned("nothing_to_print")
    operator = terminal.operator
    big = "%s %s" % (transaction.currency, money.text(transaction.amount, transaction.currency))
    operator.result = operator.t("menu_reprint"), "", big, (), "normal"
    await print_receipt(terminal, transaction, reprint=True)
    await operator.read_by(terminal.config.result_s * 1000)
