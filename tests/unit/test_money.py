# SPDX-License-Identifier: MIT
"""Amounts are exact integers: shown, read and rounded half up."""

from pos.domain import money


def test_amount_is_shown_with_two_decimals():
    assert money.text(1234) == "12.34"
    assert money.text(5) == "0.05"
    assert money.text(-1234) == "-12.34"
    assert money.text(9999999999) == "99999999.99"


def test_decimals_follow_the_currency():
    assert money.text(1234, "JPY") == "1234"
    assert money.text(1234, "KWD") == "1.234"


def test_written_amount_is_read_back():
    for amount in (0, 1, 99, 100, 1234, 9999999999):
        assert money.parse(money.text(amount)) == amount
    assert money.parse("12") == 1200
    assert money.parse("12.3") == 1230


def test_what_is_not_an_amount_is_refused():
    for written in ("", ".5", "1.234", "-1", "1,00", "12a", "1.", "1.2.3"):
        try:
            money.parse(written)
        except ValueError:
            continue
        raise AssertionError(written)


def test_halves_are_rounded_away_from_zero():
    assert [money.half_up(n, 2) for n in (1, 2, 3, -1)] == [1, 1, 2, -1]
    assert money.half_up(49, 100) == 0
    assert money.half_up(50, 100) == 1


def test_keys_build_the_amount_and_too_many_digits_are_refused():
    amount = 0
    for key in ("1", "2", "00"):
        amount = money.push(amount, key)
    assert amount == 1200
    assert money.pop(amount) == 120
    assert money.push(999999999, "9") == 9999999999
    assert money.push(9999999999, "0") is None
    assert money.push(999999999, "00") is None
