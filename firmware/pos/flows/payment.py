# SPDX-License-Identifier: MIT
"""What the customer presented: a card's stripe or a payment code, and for how much.

The number lives from the reader to the sealed intent, no longer; what is kept is masked (invariant 7).
"""

from pos.domain import issuers, receipt


class Payment:
    """Build with `of_card` or `of_code`. `seal(epoch, seq)` gives the card field of the sale record."""

    def __init__(self, amount, entry, issuer, pan, pan_masked):
        self.amount = amount
        self.entry = entry
        self.issuer = issuer
        self.pan_masked = pan_masked
        self.fee = 0
        self.fingerprint = b""
        self._pan = pan
        self._expiry = self._service_code = self._track2 = ""
        self._sealer = None

    def rate(self, fees, debit_prefixes):
        """Set the fee by the rule that this payment falls under."""
        from pos.domain.fees import fee

        by_card = self.entry != "Q"
        rule = issuers.card_fee(self._pan, debit_prefixes) if by_card else issuers.wallet_fee(self.issuer)
        self.fee = fee(self.amount, fees[rule])

    def protect(self, sealer, fingerprint):
        """Give the two functions that may see the number: `sealer(epoch, seq, …)`, `fingerprint(pan)`."""
        self._sealer = sealer
        self.fingerprint = fingerprint(self._pan)

    def seal(self, epoch, seq):
        """Enciphered for the host; the clear values are let go here, whatever happens next."""
        clear = self._pan, self._expiry, self._service_code, self._track2
        self.forget()
        return self._sealer(epoch, seq, *clear)

    def forget(self):
        self._pan = self._expiry = self._service_code = self._track2 = ""


def of_card(amount, card, track2):
    """Payment of a parsed Track2 and its text."""
    payment = Payment(amount, "S", issuers.scheme(card.pan), card.pan, receipt.mask(card.pan))
    payment._expiry, payment._service_code, payment._track2 = card.expiry, card.service_code, track2
    return payment


def of_code(amount, wallet, code):
    """Payment of a customer's code; the code travels to the host sealed where a card's number does."""
    return Payment(amount, "Q", wallet, code, receipt.mask_code(code))
