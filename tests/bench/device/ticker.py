# SPDX-License-Identifier: MIT
"""Device side: the longest gap of a 10 ms ticker, which is how long anything kept the loop for itself.

Time in which the process had no core, because others had them all, is no gap (Linux: /proc/self/schedstat).
"""

from pos.compat import sleep_ms, ticks_diff, ticks_ms

TICK_MS = 10


def waited_ms(file):
    """For how long this process has waited for a core, ever; `file` None: nobody counts it."""
    if file is None:
        return 0
    file.seek(0)
    return int(file.read().split()[1]) // 1000000


def schedstat():
    try:
        return open("/proc/self/schedstat")  # noqa: SIM115 for as long as the process lives
    except OSError:
        return None


class Ticker:
    """`gap_ms` holds the pause itself too: 10 is the least."""

    def __init__(self):
        self.gap_ms = 0
        self._schedstat = schedstat()

    async def run(self):
        before, waited = ticks_ms(), waited_ms(self._schedstat)
        while True:
            await sleep_ms(TICK_MS)
            now, waited_now = ticks_ms(), waited_ms(self._schedstat)
            self.gap_ms = max(self.gap_ms, ticks_diff(now, before) - (waited_now - waited))
            before, waited = now, waited_now

    async def ticking(self):
        """Wait until it surely runs."""
        await sleep_ms(3 * TICK_MS)
