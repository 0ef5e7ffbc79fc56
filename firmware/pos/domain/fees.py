# SPDX-License-Identifier: MIT
"""What a transaction costs the merchant (DOMAIN.md M9 and section 2), in integers, rounded half up.

A rule is a dict; every part may be left out:
    rate_ppm   parts per million of the amount: 0.60 % is 6000, 0.385 % is 3850
    fixed      minor units on top of the rate
    minimum    the fee is at least this
    cap        the fee is at most this
"""

from pos.domain.money import half_up

_PARTS = ("rate_ppm", "fixed", "minimum", "cap")


def fee(amount, rule):
    """Fee in minor units for `amount` minor units. ValueError for a wrong amount or part."""
    check(rule)
    if not isinstance(amount, int) or amount < 0:
        raise ValueError("a fee needs an amount that is a whole number of 0 or more")
    result = half_up(amount * rule.get("rate_ppm", 0), 1_000_000) + rule.get("fixed", 0)
    result = max(result, rule.get("minimum", 0))
    return min(result, rule["cap"]) if "cap" in rule else result


def check(rule):
    """ValueError unless every part of the rule is known and a whole number of zero or more."""
    for part, value in rule.items():
        if part not in _PARTS:
            raise ValueError("unknown part of a fee rule: %s" % part)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ValueError("fee rule part %s must be a whole number of 0 or more" % part)
