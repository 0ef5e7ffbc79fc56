# SPDX-License-Identifier: MIT
"""Reference cases of DOMAIN.md section 2, to the fen."""

from pos.domain.fees import fee

CREDIT = {"rate_ppm": 6000}
DEBIT = {"rate_ppm": 5000, "cap": 2500}
WALLET = {"rate_ppm": 3800}


def test_credit_060_percent():
    assert fee(1000000, CREDIT) == 6000


def test_debit_050_percent_capped_at_25():
    assert fee(500000, DEBIT) == 2500
    assert fee(500001, DEBIT) == 2500
    assert fee(499999, DEBIT) == 2500
    assert fee(10000, DEBIT) == 50


def test_wallet_038_percent():
    assert fee(1000000, WALLET) == 3800


def test_half_a_fen_is_rounded_up():
    assert fee(100, {"rate_ppm": 5000}) == 1  # 0.5 fen
    assert fee(99, {"rate_ppm": 5000}) == 0  # 0.495 fen
    assert fee(250, CREDIT) == 2  # 1.5 fen


def test_fixed_minimum_and_cap():
    assert fee(0, {"fixed": 99}) == 99
    assert fee(100, {"rate_ppm": 1000, "minimum": 10}) == 10
    assert fee(10**9, {"rate_ppm": 1000, "fixed": 99, "cap": 5000}) == 5000
    assert fee(1000000, {}) == 0


def test_unknown_part_and_negative_numbers_are_refused():
    wrong = ((100, {"rate": 60}), (100, {"cap": -1}), (-1, CREDIT), (1.5, CREDIT), (100, {"rate_ppm": 0.5}))
    for amount, rule in wrong:
        try:
            fee(amount, rule)
        except ValueError:
            continue
        raise AssertionError(rule)
