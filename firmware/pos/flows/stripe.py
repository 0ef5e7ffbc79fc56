# SPDX-License-Identifier: MIT
"""What a swipe is worth (DOMAIN.md M1).

Service code 2xx or 6xx (ISO/IEC 7813) means the card has a chip: its stripe is taken only after the chip has failed.
"""

from pos.cards.track import parse_track2
from pos.codec.records import ENTRY_STRIPE
from pos.domain import issuers
from pos.domain.mask import mask
from pos.flows.payment import Payment


def payment_of(amount, read, error, chip_failed=False):
    """('', payment), or (string key of what is wrong, None). `read` is a StripeRead, or None with an error.

    `chip_failed`: a chip could not be read in this sale; taking its stripe is a fallback, and `payment` says so.
    """
    if error is not None or not read.track2:
        return "card_unreadable", None
    try:
        card = parse_track2(read.track2)
    except ValueError:
        return "card_malformed", None
    has_chip = card.service_code[0] in "26"
    if has_chip and not chip_failed:
        return "card_has_chip", None
    payment = Payment(amount, ENTRY_STRIPE, issuers.scheme(card.pan), mask(card.pan))
    payment.fallback = has_chip
    payment.hold(card.pan, card.expiry, card.service_code, read.track2)
    return "", payment
