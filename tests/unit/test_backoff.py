# SPDX-License-Identifier: MIT
"""Pauses between attempts: doubling ceiling, cap, full jitter from an injected source, reset."""

from pos.net.backoff import Backoff


def longest(n):
    return n - 1


def test_the_ceiling_doubles_up_to_the_cap():
    backoff = Backoff(longest, base_ms=500, cap_ms=6000)
    assert [backoff.next_ms() for _ in range(6)] == [500, 1000, 2000, 4000, 6000, 6000]


def test_success_starts_over():
    backoff = Backoff(longest, base_ms=500)
    backoff.next_ms()
    backoff.next_ms()
    backoff.reset()
    assert backoff.next_ms() == 500


def test_jitter_is_full():
    backoff = Backoff(lambda n: 0, base_ms=500)
    assert backoff.next_ms() == 0
    asked = []
    Backoff(lambda n: asked.append(n) or 0, base_ms=500).next_ms()
    assert asked == [501]


def test_a_month_of_failures_stays_at_the_cap():
    backoff = Backoff(longest, base_ms=500, cap_ms=60000)
    backoff.failures = 1 << 40
    assert backoff.next_ms() == 60000
