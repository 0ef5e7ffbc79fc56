# SPDX-License-Identifier: MIT
"""Offline limits of DOMAIN.md section 2: 250.00 each, 5 000.00 and 500 stored, 24 hours."""

from pos.domain.limits import Stored, offline_breach, transaction_breach

LIMITS = {"offline_each": 25000, "offline_total": 500000, "offline_count": 500, "offline_age_s": 86400}
NOW = 1_700_000_000


def breach(amount, stored=None, now_s=NOW):
    found = offline_breach(amount, stored or Stored(), now_s, LIMITS)
    return found and (found.name, found.limit, found.remains)


def test_250_each_may_be_taken_and_not_a_fen_more():
    assert breach(25000) is None
    assert breach(25001) == ("limit_offline_each", 25000, 25000)


def test_the_stored_total_names_what_remains():
    assert breach(20000, Stored(480000, 24, NOW)) is None
    assert breach(20001, Stored(480000, 24, NOW)) == ("limit_offline_total", 500000, 20000)


def test_count_and_age():
    assert breach(1, Stored(499, 499, NOW)) is None
    assert breach(1, Stored(500, 500, NOW)) == ("limit_offline_count", 500, 0)
    assert breach(1, Stored(1, 1, NOW - 86399)) is None
    assert breach(1, Stored(1, 1, NOW - 86400)) == ("limit_offline_age", 86400, 0)


def test_stored_keeps_the_oldest():
    stored = Stored()
    stored.add(100, NOW)
    stored.add(200, NOW - 5)
    stored.add(300, NOW + 5)
    assert (stored.total, stored.count, stored.oldest_s) == (600, 3, NOW - 5)


def test_limit_of_one_transaction():
    assert transaction_breach(100, 100) is None
    assert transaction_breach(101, 100).limit == 100
