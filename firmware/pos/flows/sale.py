# SPDX-License-Identifier: MIT
"""A sale, as the operator's manual tells it (DOMAIN.md M1, M2): amount, card or code, host, slip."""

from pos.compat import let_go
from pos.flows.abandoned import Abandoned

_UNREAD = 2  # swipes in one sale that could not be read: no slip of the hand any more


async def sale(terminal, first_key=""):
    """One sale from the first digit to the slip. Abandoned when it ends before the intent is written."""
    if terminal.books.full():
        terminal.alarm("journal_full")
        raise Abandoned("storage_full")
    amount = await _amount(terminal, first_key)
    payment = await _payment(terminal, amount)
    await _take(terminal, payment)


# Each part of the way is imported when it is due and let go when it is over.


async def _amount(terminal, first_key):
    from pos.flows.amount import enter_amount

    amount = await enter_amount(terminal, first_key)
    let_go("pos.flows.amount")
    return amount


async def _payment(terminal, amount):
    from pos.flows.duplicate import check_duplicate

    payment, note, unread = None, "", 0
    while payment is None:
        presented = await _presented(terminal, amount, note)
        note, payment = _worth(terminal, amount, *presented)
        presented = None
        unread += note == "card_unreadable"
        if unread == _UNREAD:
            terminal.alarm("reader")
    payment.measure(terminal.fingerprint, terminal.fee)
    payment.sealer = terminal.seal
    await check_duplicate(terminal, payment)
    return payment


async def _presented(terminal, amount, note):
    from pos.flows.present import present

    try:
        return await present(terminal, amount, note)
    finally:
        terminal.board.release()
        let_go("pos.flows.present")


def _worth(terminal, amount, who, what, error):
    """(string key of what is wrong, None) or ('', payment)."""
    from pos.flows.worth import worth

    found = worth(terminal, amount, who, what, error)
    let_go("pos.flows.worth", "pos.flows.stripe", "pos.flows.code", "pos.cards.track", "pos.domain.codes")
    return found


async def _take(terminal, payment):
    """From here on money may be in doubt: every way out of here is an outcome or a reversal."""
    from pos.flows.conclude import conclude

    terminal.may_trade()
    transaction = terminal.books.intend_sale(payment)
    let_go(
        "pos.flows.payment",
        "pos.domain.issuers",
        "pos.domain.fees",
        "pos.cards.card_data",
        "pos.crypto.ccm",
    )
    await conclude(terminal, transaction, payment)
