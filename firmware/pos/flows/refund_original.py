# SPDX-License-Identifier: MIT
"""Which sale is given back: its voucher number, as it stands on the slip."""

from pos.domain import transaction as tx
from pos.flows.abandoned import Abandoned

_OVER = 1000000  # six digits


async def ask_for_original(terminal):
    """A sale of this terminal of which something remains. Abandoned on CANCEL or when nobody keys."""
    voucher, note = 0, ""
    while True:
        _show(terminal, voucher, note)
        key = await terminal.operator.key(terminal.config.idle_timeout_s * 1000)
        if key is None or key == "CANCEL":
            raise Abandoned("timed_out" if key is None else "cancelled")
        if key != "ENTER":
            voucher, note = _edited(terminal, voucher, key), ""
            continue
        found = await terminal.books.sale_of(voucher)
        note = _wrong(found)
        if not note:
            return found
        terminal.operator.beep("error")
        voucher = 0


def _edited(terminal, voucher, key):
    if key == "CLEAR":
        return voucher // 10
    pushed = voucher * 10 ** len(key) + int(key) if key.isdigit() else voucher
    if pushed < _OVER:
        return pushed
    terminal.operator.beep("error")
    return voucher


def _wrong(found):
    """String key of why nothing can be given back of it, or ''."""
    if found is None:
        return "refund_unknown"
    if found.state != tx.APPROVED:
        return "refund_voided" if found.state == tx.VOIDED else "refund_refused"
    return "" if found.refunded < found.amount else "refund_nothing"


def _show(terminal, voucher, note):
    operator = terminal.operator
    t = operator.t
    operator.show(
        "voucher",
        title=t("refund"),
        big="%06d" % voucher,
        lines=(((t(note), "bad"),) if note else ()) + ((t("refund_voucher"), "accent"),),
        footer=(("CANCEL", "do_back"), ("ENTER", "do_ok")),
        tone="bad" if note else "normal",
    )
