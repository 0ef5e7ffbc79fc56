# SPDX-License-Identifier: MIT
"""Print a slip: a fact beside the money (DOMAIN.md M8, FAULTS.md F30). Trouble asks, and never undoes a sale."""

from pos.codec import records
from pos.domain import receipt
from pos.drivers import DeviceTimeout
from pos.drivers.printer import PrinterError
from pos.flows import result

_RESULTS = {
    "paper": records.PAPER_OUT,
    "cover": records.COVER_OPEN,
    "heat": records.OVERHEATED,
    "offline": records.PRINTER_OFFLINE,
}


async def print_receipt(terminal, transaction, reprint=False):
    """Merchant copy, then the customer's when configured. True when all that was asked for came out."""
    copies = terminal.config.receipt_copies
    if not copies:
        return True
    if not await _copy(terminal, transaction, receipt.MERCHANT, reprint):
        return False
    if copies < 2 or not await _wants_customer_copy(terminal):
        return True
    return await _copy(terminal, transaction, receipt.CUSTOMER, reprint)


async def _wants_customer_copy(terminal):
    operator = terminal.operator
    result.show(operator, operator.t("next_copy"), (("CANCEL", "do_no"), ("ENTER", "do_yes")))
    return await operator.confirm(terminal.config.idle_timeout_s * 1000)


async def _copy(terminal, transaction, copy, reprint):
    """One slip, again as long as the operator wants it; False when there is none."""
    operator = terminal.operator
    original = terminal.books.find(transaction.original) if transaction.original else None
    while True:
        result.show(operator, operator.t("printing"))
        slip = receipt.lines(transaction, terminal.config.shop(), copy, operator.t, reprint, original)
        trouble = await _attempt(terminal, slip)
        slip = None
        terminal.books.printed(transaction, copy, reprint, _RESULTS[trouble] if trouble else records.PRINTED)
        if not trouble:
            result.show(operator, operator.t("printed"))
            return True
        terminal.alarm("printer", trouble)
        if not await _again(terminal, trouble):
            result.show(operator, operator.t("print_skipped"))
            return False


async def _attempt(terminal, slip):
    """'' when the slip came out whole, else the reason: paper, cover, heat, offline."""
    try:
        await terminal.board.printer.print(slip)
    except PrinterError as error:
        return error.reason if error.reason in _RESULTS else "offline"
    except DeviceTimeout:
        return "offline"
    return ""


async def _again(terminal, trouble):
    operator = terminal.operator
    operator.beep("error")
    operator.await_with("paper")
    result.show(
        operator, operator.t("print_" + trouble), (("CANCEL", "do_skip"), ("ENTER", "do_again")), "warn"
    )
    answer = await operator.confirm(terminal.config.idle_timeout_s * 1000)
    operator.await_with()
    return answer
