# SPDX-License-Identifier: MIT
"""Check digit of account numbers (ISO/IEC 7812-1 annex B, the Luhn formula)."""


def luhn_valid(digits):
    """Does the text of decimal digits end in its own check digit?"""
    if not digits or not digits.isdigit():
        return False
    total = 0
    for i in range(len(digits)):
        value = ord(digits[-1 - i]) - 48
        if i & 1:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0
