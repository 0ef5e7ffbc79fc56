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

    def has(self, payment, now_s, within_s):
        """True when the same card paid the same amount within the last `within_s` seconds."""
        for fingerprint, amount, at_s, _ in self._rows:
            same = fingerprint == payment.fingerprint and amount == payment.amount
            if same and 0 <= now_s - at_s < within_s:
                return True
        return False

    def fingerprint(self, seq):
        """That of the payment with this number; None when it is not among them. Numbers begin anew in a new epoch."""
        for row in reversed(self._rows):
            if row[3] == seq:
                return row[0]
        return None


async def check_duplicate(terminal, payment):
    """Abandoned when this looks like a payment just taken and the operator does not confirm it."""
    if not terminal.recent.has(payment, terminal.clock.now(), terminal.config.duplicate_s):
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
