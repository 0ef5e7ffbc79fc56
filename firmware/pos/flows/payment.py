# SPDX-License-Identifier: MIT
"""What the customer presented: a card's stripe or a payment code, and for how much.

The number lives from the reader to the sealed intent, no longer; what is kept is masked (invariant 7).
"""


class Payment:
    """Masked facts are attributes; the clear ones are seen only by what `seal` and `measure` are given."""

    def __init__(self, amount, entry, issuer, pan_masked):
        self.amount = amount
        self.entry = entry
        self.issuer = issuer
        self.pan_masked = pan_masked
        self.fee = 0
        self.fallback = False  # the stripe of a card whose chip could not be read
        self.fingerprint = b""
        self._clear = None
        self.sealer = None

    def hold(self, pan, expiry="", service_code="", track2=""):
        """The clear values, until `seal` or `forget`."""
        self._clear = (pan, expiry, service_code, track2)

    def measure(self, fingerprint, fee):
        """Set what is derived from the number: `fingerprint(pan)` and `fee(pan, payment)`."""
        self.fingerprint = fingerprint(self._clear[0])
        self.fee = fee(self._clear[0], self)

    def seal(self, epoch, seq):
        """The card field of the sale record; the clear values are let go here, whatever happens next."""
        clear = self._clear
        self.forget()
        return self.sealer(epoch, seq, *clear)

    def forget(self):
        self._clear = None
