# SPDX-License-Identifier: MIT
"""Amounts are integers in minor units (fen); this is how they are read, shown and rounded.

Digits after the point by currency: ISO 4217. Rounding is half up, away from zero, in integers.
"""

MAX_DIGITS = 10  # 99 999 999.99, what fits the amount line of every screen and slip

_EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "BHD": 3, "KWD": 3}


def exponent(currency):
    """Digits after the decimal point."""
    return _EXPONENTS.get(currency, 2)


def half_up(numerator, denominator):
    """numerator / denominator rounded to the nearest integer, halves away from zero."""
    if numerator < 0:
        return -half_up(-numerator, denominator)
    return (2 * numerator + denominator) // (2 * denominator)


def text(amount, currency="CNY"):
    """1234 -> '12.34'; the sign leads."""
    sign = "-" if amount < 0 else ""
    digits = exponent(currency)
    if not digits:
        return "%s%d" % (sign, abs(amount))
    scale = 10**digits
    whole, part = divmod(abs(amount), scale)
    fraction = str(scale + part)[1:]
    return "%s%d.%s" % (sign, whole, fraction)


def parse(written, currency="CNY"):
    """'12.34' -> 1234. ValueError on anything but digits with at most the currency's decimals."""
    digits = exponent(currency)
    whole, point, part = written.partition(".")
    if not whole.isdigit() or (point and not part.isdigit()) or len(part) > digits:
        raise ValueError("not an amount in %s: %s" % (currency, written))
    return int(whole + part + "0" * (digits - len(part)))


def push(amount, key):
    """Amount after one more digit key ('0'-'9' or '00'), or None when that has too many digits."""
    pushed = amount * 10 ** len(key) + int(key)
    return pushed if pushed < 10**MAX_DIGITS else None


def pop(amount):
    """Amount without its last digit."""
    return amount // 10
