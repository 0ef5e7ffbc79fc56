# SPDX-License-Identifier: MIT
"""Exponential back-off with full jitter: each pause is drawn from 0 to min(cap, base * 2**n).

Full jitter spreads a thousand terminals that lost one broker together over the whole interval.
"""

from pos.compat import urandom


def random_below(n):
    """0 to n - 1 from the system's entropy; the bias of the remainder does not matter for a pause."""
    return int.from_bytes(urandom(4), "big") % n


class Backoff:
    """`next_ms()` gives the next pause; `reset()` after success. `random_below(n)` draws from 0 to n - 1."""

    def __init__(self, random_below, base_ms=500, cap_ms=60000):
        self._random_below = random_below
        self._base_ms = base_ms
        self._cap_ms = cap_ms
        self.failures = 0

    def reset(self):
        self.failures = 0

    def ceiling_ms(self):
        """Longest that the next pause can be."""
        return min(self._cap_ms, self._base_ms << min(self.failures, 16))

    def next_ms(self):
        """Pause before the next attempt, in milliseconds."""
        pause = self._random_below(self.ceiling_ms() + 1)
        self.failures += 1
        return pause
