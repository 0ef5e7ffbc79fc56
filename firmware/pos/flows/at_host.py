# SPDX-License-Identifier: MIT
"""A sale taken offline may still be in the queue; a void or refund that overtakes it would find nothing at the host."""

from pos.compat import const, ticks_diff, ticks_ms
from pos.flows.abandoned import Abandoned

_SYNC_MS = 5000
_LOOK_MS = const(100)


async def wait_for_host_to_have(terminal, original):
    """Abandoned when the sale `original` does not get there within a moment, or on CANCEL."""
    started = ticks_ms()
    while original.offline and not terminal.books.at_host(original):
        if ticks_diff(ticks_ms(), started) >= _SYNC_MS:
            raise Abandoned("void_sync_first")
        terminal.show_card(original.amount, "asking_host")
        terminal.outbox.kick()
        if await terminal.operator.key(_LOOK_MS) == "CANCEL":
            raise Abandoned()
