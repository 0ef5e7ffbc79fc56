# SPDX-License-Identifier: MIT
"""How much may be taken, per transaction and without the host (DOMAIN.md M10 and section 2).

A refusal names the limit, its value and what remains, so that the screen can say all three.
"""


class Breach:
    """A limit that stands in the way: `name` (a string key), `limit` and `remains` in the limit's unit."""

    def __init__(self, name, limit, remains):
        self.name = name
        self.limit = limit
        self.remains = max(0, remains)


class Stored:
    """Approved offline and not yet confirmed by the host: total, count, time of the oldest (0 = none)."""

    def __init__(self, total=0, count=0, oldest_s=0):
        self.total = total
        self.count = count
        self.oldest_s = oldest_s

    def add(self, amount, at_s):
        self.total += amount
        self.count += 1
        if not self.oldest_s or at_s < self.oldest_s:
            self.oldest_s = at_s


def transaction_breach(amount, limit):
    """Breach when one transaction is over the configured maximum, else None."""
    return Breach("limit_transaction", limit, limit) if amount > limit else None


def offline_breach(amount, stored, now_s, limits):
    """First limit that forbids taking `amount` offline now, else None.

    limits: offline_each, offline_total (minor units), offline_count, offline_age_s (seconds).
    """
    if amount > limits["offline_each"]:
        return Breach("limit_offline_each", limits["offline_each"], limits["offline_each"])
    if stored.count and now_s - stored.oldest_s >= limits["offline_age_s"]:
        return Breach("limit_offline_age", limits["offline_age_s"], 0)
    if stored.count >= limits["offline_count"]:
        return Breach("limit_offline_count", limits["offline_count"], 0)
    if stored.total + amount > limits["offline_total"]:
        return Breach("limit_offline_total", limits["offline_total"], limits["offline_total"] - stored.total)
    return None
