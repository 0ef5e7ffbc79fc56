# SPDX-License-Identifier: MIT
"""Digits in another order for each PIN entry: places and smudges on a touch panel then tell nothing of the PIN."""


def scrambled(entropy):
    """The digits of the keys 1 to 9 and 0 in ASCII, every order equally likely; a bytearray, which the caller wipes.

    `entropy(n)` -> n random bytes. Fisher and Yates, by swapping in place.
    """
    digits = bytearray(b"1234567890")
    for last in range(9, 0, -1):
        other = _below(last + 1, entropy)
        digits[last], digits[other] = digits[other], digits[last]
    return digits


def _below(count, entropy):
    """A number under `count`; bytes that would make small numbers likelier are drawn anew."""
    while True:
        drawn = entropy(1)[0]
        if drawn < 256 - 256 % count:
            return drawn % count
