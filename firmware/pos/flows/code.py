# SPDX-License-Identifier: MIT
"""What a scanned code is worth (DOMAIN.md M2). It travels to the host sealed where a card's number does."""

from pos.codec.records import ENTRY_CODE
from pos.domain import codes
from pos.domain.mask import mask_code
from pos.flows.payment import Payment


def payment_of(amount, code, error):
    """('', payment), or (string key of what is wrong, None). `code` is text, or None with an error."""
    if error is not None:
        return "code_unreadable", None
    code = code.strip()
    try:
        wallet = codes.wallet(code)
    except codes.CodeError as refusal:
        return refusal.reason, None
    payment = Payment(amount, ENTRY_CODE, wallet, mask_code(code))
    payment.hold(code)
    return "", payment
