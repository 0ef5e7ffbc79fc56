# SPDX-License-Identifier: MIT
"""What a swipe is worth (DOMAIN.md M1).

Service code 2xx or 6xx (ISO/IEC 7813) means the card has a chip: its stripe is never taken as it stands.
"""

from pos.cards.track import parse_track2
from pos.codec.records import ENTRY_STRIPE
from pos.domain import issuers
from pos.domain.mask import mask
from pos.flows.payment import Payment


def payment_of(amount, read, error):
    """('', payment), or (string key of what is wrong, None). `read` is a StripeRead, or None with an error."""
    if error is not None or not read.track2:
        return "card_unreadable", None
    try:
        card = parse_track2(read.track2)
    except ValueError:
        return "card_malformed", None
    if card.service_code[0] in "26":
        return "card_has_chip", None
    payment = Payment(amount, ENTRY_STRIPE, issuers.scheme(card.pan), mask(card.pan))
    payment.hold(card.pan, card.expiry, card.service_code, read.track2)
    return "", payment
