# SPDX-License-Identifier: MIT
"""Where a presentation comes from, in the order in which present.py waits for them."""

KEY, STRIPE, SCANNER = 0, 1, 2
