# SPDX-License-Identifier: MIT
"""How much of a sale is given back: all that remains, unless the operator keys less."""

from pos.domain import calendar, money
from pos.flows.abandoned import Abandoned
from pos.flows.amount import edit


async def enter_refund(terminal, original):
    """Amount in minor units, over zero and at most what remains. Abandoned on CANCEL or when nobody keys."""
    remains = original.amount - original.refunded
    amount, note, keyed = remains, "", False
    while True:
        _show(terminal, original, amount, note)
        key = await terminal.operator.key(terminal.config.idle_timeout_s * 1000)
        if key is None or key == "CANCEL":
            raise Abandoned("timed_out" if key is None else "cancelled")
        if key == "ENTER":
            note = _wrong(terminal, amount, remains)
            if not note:
                return amount
            terminal.operator.beep("error")
        else:
            amount, note = edit(terminal, amount if keyed else 0, key)
            keyed = True


def _wrong(terminal, amount, remains):
    """Why this amount cannot be given back, or ''."""
    t, config = terminal.operator.t, terminal.config
    if not amount:
        return t("amount_zero")
    if amount > remains:
        return t("refund_over")
    if amount > config.refund_limit:
        return t("limit_refund", money.text(config.refund_limit, config.currency))
    return ""


def _show(terminal, original, amount, note):
    operator, t = terminal.operator, terminal.operator.t

    def text(of):
        return money.text(of, original.currency)

    operator.show(
        "amount",
        title=t("refund"),
        big="%s %s" % (original.currency, text(amount)),
        lines=((note, "bad"),) * bool(note)
        + (
            t("refund_left", text(original.amount - original.refunded)),
            "%s %06d\t%s" % (t("slip_voucher"), original.voucher, text(original.amount)),
            original.pan_masked,
            (calendar.date_time(original.at_s, terminal.config.utc_offset_min), "dim"),
        ),
        footer=(("CANCEL", "do_back"), ("ENTER", "do_ok")),
        tone="bad" if note else "normal",
    )
