# SPDX-License-Identifier: MIT
"""Key in the amount: digits and 00 push from the right, CLEAR takes the last one back, ENTER ends."""

from pos.domain import limits, money
from pos.flows.abandoned import Abandoned


async def enter_amount(terminal, first_key=""):
    """Amount in minor units, over zero and within the limit. Abandoned on CANCEL or when nobody keys."""
    config = terminal.config
    amount = money.push(0, first_key) if first_key else 0
    note = ""
    while True:
        _show(terminal, amount, note)
        key = await terminal.operator.key(config.idle_timeout_s * 1000)
        if key is None or key == "CANCEL":
            raise Abandoned("timed_out" if key is None else "cancelled")
        if key == "ENTER":
            note = _wrong(terminal, amount)
            if not note:
                return amount
            terminal.operator.beep("error")
        else:
            amount, note = edit(terminal, amount, key)


def edit(terminal, amount, key):
    """(amount, note) after one more key."""
    if key == "CLEAR":
        return money.pop(amount), ""
    if key[0] not in "0123456789":
        return amount, ""
    pushed = money.push(amount, key)
    if pushed is None:
        terminal.operator.beep("error")
        return amount, terminal.operator.t("amount_digits")
    return pushed, ""


def _wrong(terminal, amount):
    """Why this amount cannot be taken, or ''."""
    t = terminal.operator.t
    if not amount:
        return t("amount_zero")
    breach = limits.transaction_breach(amount, terminal.config.transaction_limit)
    return t(breach.name, money.text(breach.limit, terminal.config.currency)) if breach else ""


def _show(terminal, amount, note):
    operator, currency = terminal.operator, terminal.config.currency
    operator.show(
        "amount",
        title=operator.t("sale"),
        big="%s %s" % (currency, money.text(amount, currency)),
        lines=((note, "bad"),) if note else (),
        footer=(("CANCEL", "do_back"), ("ENTER", "do_ok")),
        tone="bad" if note else "normal",
    )
