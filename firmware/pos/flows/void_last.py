# SPDX-License-Identifier: MIT
"""Take back the last approved sale in full: same day, same batch, same terminal (DOMAIN.md M5)."""

from pos.compat import sleep_ms, ticks_diff, ticks_ms
from pos.flows.abandoned import Abandoned

_SYNC_MS = 5000
_DAY_S = 86400


async def void_last(terminal):
    """Abandoned when there is nothing to void, the operator does not confirm, or it is not at the host yet."""
    from pos.flows.conclude import conclude

    original = terminal.books.newest_approved(("sale",))
    if original is None or not _of_today(terminal, original):
        raise Abandoned("nothing_to_void")
    await _confirm(terminal, original)
    await _wait_for_host_to_have(terminal, original)
    terminal.may_trade()
    await conclude(terminal, terminal.books.intend_void(original))


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


async def _wait_for_host_to_have(terminal, original):
    """A sale taken offline may still be in the queue; a void that overtakes it would find nothing."""
    started = ticks_ms()
    while original.offline and not terminal.books.at_host(original):
        if ticks_diff(ticks_ms(), started) >= _SYNC_MS:
            raise Abandoned("void_sync_first")
        await sleep_ms(100)
