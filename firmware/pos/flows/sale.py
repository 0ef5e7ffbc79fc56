# SPDX-License-Identifier: MIT
"""A sale, as the operator's manual tells it (DOMAIN.md M1, M2): amount, card or code, host, slip."""

from pos.compat import let_go
from pos.flows.abandoned import Abandoned
from pos.flows.entry import CHIP, TAP

_PRESENTATIONS = 50  # in one sale; who comes further has two cards in the field, or a reader that is broken
_UNREAD = 2  # swipes in one sale that could not be read: no slip of the hand any more


async def sale(terminal, first_key=""):
    """One sale from the first digit to the slip. Abandoned when it ends before the intent is written."""
    if terminal.books.full():
        terminal.alarm("journal_full")
        raise Abandoned("storage_full")
    await take(terminal, await _amount(terminal, first_key))


async def take(terminal, amount, again=None):
    """From the card or code to the slip. `again`: what is to be done with the card of an earlier sale (again.py)."""
    note, unread, chip_failed = "", 0, False
    for _ in range(_PRESENTATIONS):
        who, what, error = await _presented(terminal, amount, note, again)
        if who in (CHIP, TAP):
            note = await _card(terminal, amount, who, what, error, again)
            what = error = None  # the card and its reader
            if not note:
                return None
            chip_failed = chip_failed or note == "chip_failed"
            continue
        note, payment = _worth(terminal, amount, who, what, error, chip_failed)
        what = None
        if payment is not None and again is not None:
            note = again.refuses(terminal, payment)
        if payment is not None and not note:
            return await _take(terminal, payment, again)
        payment = None
        unread += note == "card_unreadable"
        if unread == _UNREAD:
            terminal.alarm("reader")
    raise Abandoned("timed_out")


# Each part of the way is imported when it is due and let go when it is over.


async def _amount(terminal, first_key):
    from pos.flows.amount import enter_amount

    amount = await enter_amount(terminal, first_key)
    let_go("pos.flows.amount")
    return amount


async def _presented(terminal, amount, note, again):
    from pos.flows.present import present

    who = None
    try:
        who, what, error = await present(terminal, amount, note, again is not None)
        return who, what, error
    finally:
        terminal.board.release({CHIP: "chip", TAP: "contactless"}.get(who))
        let_go("pos.flows.present")


async def _card(terminal, amount, who, card, error, again):
    """'' when the sale is over, else the string key of what is wrong with this card."""
    from pos.flows import by_card

    return await by_card.pay(terminal, amount, who, card, error, again)


def _worth(terminal, amount, who, what, error, chip_failed):
    """(string key of what is wrong, None) or ('', payment)."""
    from pos.flows.worth import worth

    found = worth(terminal, amount, who, what, error, chip_failed)
    let_go("pos.flows.worth", "pos.flows.stripe", "pos.flows.code", "pos.cards.track", "pos.domain.codes")
    return found


async def _take(terminal, payment, again):
    """From its intent on money may be in doubt: every way out of here is an outcome or a reversal."""
    from pos.flows.conclude import conclude

    transaction = again.intend(terminal, payment) if again else await _intended(terminal, payment)
    beside = (terminal.books.fallback(transaction),) if payment.fallback and transaction.entry else ()
    let_go(
        "pos.flows.payment",
        "pos.domain.issuers",
        "pos.domain.fees",
        "pos.cards.card_data",
        "pos.crypto.ccm",
    )
    await conclude(terminal, transaction, None if again else payment, beside=beside)


async def _intended(terminal, payment):
    from pos.flows.duplicate import check_duplicate

    payment.measure(terminal.fingerprint, terminal.fee)
    payment.sealer = terminal.seal
    await check_duplicate(terminal, payment)
    terminal.may_trade()
    return terminal.books.intend_sale(payment)
