# SPDX-License-Identifier: MIT
"""Same card and amount within a set time: warn and ask (DOMAIN.md M24).

Cards are compared by a fingerprint keyed with a value of this power-on only; no number is kept.
"""

from pos.domain import money
from pos.flows.abandoned import Abandoned

_KEPT = 16


class Recent:
    """Fingerprint, amount, time and number of the last approved payments; in memory only."""

    def __init__(self):
        self._rows = []

    def add(self, payment, now_s, seq):
        self._rows.append((payment.fingerprint, payment.amount, now_s, seq))
        del self._rows[:-_KEPT]

    def who_paid(self, amount, now_s, within_s):
        """Fingerprints of what paid that amount within the last `within_s` seconds."""
        return [row[0] for row in self._rows if row[1] == amount and 0 <= now_s - row[2] < within_s]

    def fingerprint(self, seq):
        """That of the payment with this number; None when it is not among them. Numbers begin anew in a new epoch."""
        for row in reversed(self._rows):
            if row[3] == seq:
                return row[0]
        return None


async def check_card(terminal, amount, entry, data):
    """The same of a card that a kernel has read, before its PIN is asked for. CardError: its account is malformed."""
    if not _who_paid(terminal, amount):
        return
    from pos.flows.chip_intent import payment_of

    payment = payment_of(amount, entry, data)
    payment.measure(terminal.fingerprint, lambda _pan, _payment: 0)
    try:
        await check_duplicate(terminal, payment)
    finally:
        payment.forget()


def _who_paid(terminal, amount):
    return terminal.recent.who_paid(amount, terminal.clock.now(), terminal.config.duplicate_s)


async def check_duplicate(terminal, payment):
    """Abandoned when this looks like a payment just taken and the operator does not confirm it."""
    if payment.fingerprint not in _who_paid(terminal, payment.amount):
        return
    operator, currency = terminal.operator, terminal.config.currency
    t = operator.t
    operator.beep("error")
    operator.show(
        "duplicate",
        title=t("duplicate"),
        big="%s %s" % (currency, money.text(payment.amount, currency)),
        lines=(payment.pan_masked, t("duplicate_ask")),
        footer=(("CANCEL", "do_no"), ("ENTER", "do_yes")),
        tone="warn",
    )
    if not await operator.confirm(terminal.config.idle_timeout_s * 1000):
        payment.forget()
        raise Abandoned()
