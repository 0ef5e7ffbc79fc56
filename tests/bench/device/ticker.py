# SPDX-License-Identifier: MIT
"""Device side: the longest gap of a 10 ms ticker, which is how long anything kept the loop for itself."""

from pos.compat import sleep_ms, ticks_diff, ticks_ms

TICK_MS = 10


class Ticker:
    """`gap_ms` holds the pause itself too: 10 is the least."""

    def __init__(self):
        self.gap_ms = 0

    async def run(self):
        before = ticks_ms()
        while True:
            await sleep_ms(TICK_MS)
            now = ticks_ms()
            self.gap_ms = max(self.gap_ms, ticks_diff(now, before))
            before = now

    async def ticking(self):
        """Wait until it surely runs."""
        await sleep_ms(3 * TICK_MS)
