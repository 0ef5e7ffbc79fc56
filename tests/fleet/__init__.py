# SPDX-License-Identifier: MIT
"""Real terminals, brokers and hosts as processes that die; docs/fleet.md."""
