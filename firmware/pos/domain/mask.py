# SPDX-License-Identifier: MIT
"""The only form in which a number is kept, shown or printed (DOMAIN.md M19)."""


def mask(pan):
    """First six and last four of a PAN with stars between.

    A number too short to hide at least five digits that way shows its last four only.
    """
    shown = pan[:6] if len(pan) >= 15 else ""
    return shown + "*" * (len(pan) - len(shown) - 4) + pan[-4:]


def mask_code(code):
    """Last four of a customer's payment code."""
    return "*" * (len(code) - 4) + code[-4:]
