# SPDX-License-Identifier: MIT
"""Tells the workbench how much heap the application keeps: what is left after a collection."""

import gc

from pos.compat import mem_used, sleep_ms

PERIOD_MS = 1000


async def report(bench):
    """Send {"event": "heap", "used": bytes, "peak": bytes} once a second."""
    peak = 0
    while True:
        gc.collect()
        used = mem_used()
        peak = max(peak, used)
        bench.control({"event": "heap", "used": used, "peak": peak})
        await sleep_ms(PERIOD_MS)
