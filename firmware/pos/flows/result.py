# SPDX-License-Identifier: MIT
"""Say what came of a transaction: screen, voice, then the slip. Everything said here is durable already."""

from pos.domain import money
from pos.domain import transaction as tx

_BACK = {"void": "voice_voided", "refund": "voice_refunded"}


async def show_result(terminal, transaction, notes):
    """Show, speak, print when money moved, and stay until a key or a few seconds later."""
    operator = terminal.operator
    terminal.assert_durable(transaction)
    approved = transaction.state == tx.APPROVED
    operator.result = _view(operator.t, transaction, notes)
    show(operator)
    operator.beep("ok" if approved else "error")
    _say(operator, transaction)
    terminal.log.event("result", state=transaction.state, kind=transaction.kind, seq=transaction.seq,
                       offline=transaction.offline, code=transaction.code)  # fmt: skip
    if approved:
        from pos.flows.print_receipt import print_receipt

        await print_receipt(terminal, transaction)
    await operator.read_by(terminal.config.result_s * 1000)


async def show_decided(terminal, transaction):
    """Only the screen, when there was no memory for more; the slip is in the menu (reprint)."""
    operator = terminal.operator
    terminal.assert_durable(transaction)
    operator.result = _view(operator.t, transaction, [])
    show(operator)
    await operator.read_by(terminal.config.result_s * 1000)


def show(operator, note="", footer=(), style="dim"):
    """The result screen, with one line more of what goes on beside it (printing, paper out)."""
    title, block, big, lines, tone = operator.result
    lines += ((note, style),) if note else ()
    operator.show("result", title, block, big, lines, footer, tone)


def _view(t, transaction, notes):
    big = "%s %s" % (transaction.currency, money.text(transaction.amount, transaction.currency))
    title = t("type_" + transaction.kind)
    if transaction.state == tx.APPROVED and transaction.offline:
        return t("approved_offline"), t("approved"), big, tuple(notes), "warn"
    if transaction.state == tx.APPROVED:
        return title, t("voided" if transaction.kind == "void" else "approved"), big, tuple(notes), "good"
    if transaction.state == tx.REVERSED:
        notes = [(t("reversed"), "bad")] + notes
    return title, t("declined"), big, tuple(notes), "bad"


def _say(operator, transaction):
    amount = money.text(transaction.amount, transaction.currency)
    if transaction.state != tx.APPROVED:
        operator.say("voice_declined")
    elif transaction.kind in _BACK:
        operator.say(_BACK[transaction.kind], amount)
    else:
        operator.say("voice_offline" if transaction.offline else "voice_approved", amount)
