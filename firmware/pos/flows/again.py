# SPDX-License-Identifier: MIT
"""The card of a sale comes back: for a refund, or for a void where voids want the card.

What is kept of its number is masked, and a fingerprint of this power-on; the host compares the whole numbers.
"""

from pos.cards.errors import CardError
from pos.codec import records
from pos.compat import let_go


class Again:
    """What follows when the card that paid `original` is presented; `amount` is to be given back."""

    def __init__(self, original, amount, void=False):
        self._original, self._amount, self._void = original, amount, void
        original.icc = b""  # of the sale: of no use here

    def refuses(self, terminal, payment):
        """'' for the card of the original, else the string key of what is wrong with this one."""
        payment.measure(terminal.fingerprint, lambda _pan, _payment: 0)
        paid = terminal.recent.fingerprint(self._original.seq)
        if payment.pan_masked == self._original.pan_masked and paid in (None, payment.fingerprint):
            return ""
        payment.forget()
        terminal.operator.beep("error")
        let_go("pos.flows.payment", "pos.domain.issuers", "pos.domain.mask", "pos.crypto.hmac")
        return "card_of_other_sale"

    def intend(self, terminal, payment):
        """The intent in the journal. Abandoned when the terminal may not trade."""
        terminal.may_trade()
        if self._void:
            payment.forget()
            return terminal.books.intend_void(self._original)
        payment.sealer = terminal.seal
        return terminal.books.intend_refund(self._original, self._amount, payment)

    def by_chip(self, terminal, entry, data):
        """(string key of what is wrong, None) or ('', what by_card tells) of a card that a kernel has read."""
        from pos.cards import de55
        from pos.flows.chip_intent import payment_of

        try:
            payment = payment_of(self._amount, entry, data)
        except CardError:
            return "other_card", None
        wrong = self.refuses(terminal, payment)
        if wrong:
            return wrong, None
        transaction, beside = self.intend(terminal, payment), ()
        if not self._void:
            beside = (terminal.books.icc(transaction, records.ICC_REQUEST, de55.request(data)),)
        return "", (transaction, None, None, {"beside": beside})
