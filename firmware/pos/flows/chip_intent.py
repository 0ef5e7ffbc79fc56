# SPDX-License-Identifier: MIT
"""The intent of a sale by chip or contactless card: from its data set into the journal."""

from pos.cards import chip_details, de55
from pos.cards.errors import CardError
from pos.codec import records
from pos.domain import issuers
from pos.domain.mask import mask
from pos.flows.payment import Payment


async def intend(terminal, amount, entry, data):
    """(payment, transaction, number of its `icc` record). CardError: the card's account data is malformed.

    Abandoned: the terminal may not trade. Whether it was paid a moment ago has been asked (duplicate.check_card).
    """
    payment = payment_of(amount, entry, data)
    payment.measure(terminal.fingerprint, terminal.fee)
    payment.sealer = terminal.seal
    terminal.may_trade()
    transaction = terminal.books.intend_sale(payment)
    return payment, transaction, terminal.books.icc(transaction, records.ICC_REQUEST, de55.request(data))


def payment_of(amount, entry, data):
    """What the card holds that a kernel has read; CardError when that is malformed."""
    try:
        card = chip_details.track2(data)
        equivalent = chip_details.equivalent(data)
    except ValueError:
        raise CardError("malformed") from None
    payment = Payment(amount, entry, issuers.scheme(card.pan), mask(card.pan))
    payment.hold(card.pan, card.expiry, card.service_code, equivalent)
    return payment
