# SPDX-License-Identifier: MIT
"""Where a presentation comes from, in the order in which present.py waits for them."""

KEY, STRIPE, SCANNER, CHIP, TAP = 0, 1, 2, 3, 4
