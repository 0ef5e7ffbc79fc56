# SPDX-License-Identifier: MIT
"""Before any financial operation: an intent that nobody decided is taken back (invariant 2, DOMAIN.md M4)."""

from pos.codec import records


async def reverse_open_intent(terminal):
    """Reverse the transaction that a power cut or a failed flow left in doubt, and say so."""
    transaction = terminal.books.in_doubt()
    if transaction is None:
        return
    terminal.books.reverse(transaction, records.REASON_POWER_CUT)
    terminal.alarm("power_cut_reversal", "trace %06d" % transaction.trace)
    terminal.outbox.kick()
    operator = terminal.operator
    from pos.domain import money

    back = "" if transaction.kind == "sale" else "_back"
    operator.show(
        "recovered",
        title=operator.t("notice"),
        block=operator.t("reversed"),
        big="%s %s" % (transaction.currency, money.text(transaction.amount, transaction.currency)),
        lines=(operator.t("recovered" + back), operator.t("ask_again" + back)),
        tone="warn",
    )
    await operator.read_by(terminal.config.result_s * 1000)
