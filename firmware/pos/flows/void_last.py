# SPDX-License-Identifier: MIT
"""Take back the last approved sale in full: same day, same batch, same terminal (DOMAIN.md M5)."""

from pos.codec.records import ENTRY_CODE
from pos.flows.abandoned import Abandoned

_DAY_S = 86400


async def void_last(terminal):
    """Abandoned when there is nothing to void, the operator does not confirm, or it is not at the host yet."""
    from pos.flows.at_host import wait_for_host_to_have

    original = terminal.books.newest_approved(("sale",))
    if original is None or not _of_today(terminal, original):
        raise Abandoned("nothing_to_void")
    if original.refunded:
        raise Abandoned("void_refunded")
    await _confirm(terminal, original)
    await wait_for_host_to_have(terminal, original)
    with_card = terminal.config.void_needs_card and original.entry != ENTRY_CODE
    await (_with_card if with_card else _void)(terminal, original)


def _of_today(terminal, original):
    """Same epoch too: under a number of an earlier one the host's books may hold another device's sale."""
    if original.batch != terminal.books.batch or original.epoch != terminal.books.epoch:
        return False
    offset_s = terminal.config.utc_offset_min * 60
    return (original.at_s + offset_s) // _DAY_S == (terminal.clock.now() + offset_s) // _DAY_S


async def _confirm(terminal, original):
    from pos.domain import money

    operator = terminal.operator
    t = operator.t
    operator.show(
        "void",
        title=t("void_ask"),
        big="%s %s" % (original.currency, money.text(original.amount, original.currency)),
        lines=(original.pan_masked, "%s %06d" % (t("slip_voucher"), original.voucher)),
        footer=(("CANCEL", "do_no"), ("ENTER", "do_yes")),
        tone="warn",
    )
    if not await operator.confirm(terminal.config.idle_timeout_s * 1000):
        raise Abandoned()


async def _void(terminal, original):
    from pos.flows.conclude import conclude

    terminal.may_trade()
    await conclude(terminal, terminal.books.intend_void(original))


async def _with_card(terminal, original):
    from pos.flows.again import Again
    from pos.flows.sale import take

    await take(terminal, original.amount, Again(original, original.amount, void=True))
