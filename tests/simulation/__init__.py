# SPDX-License-Identifier: MIT
"""Deterministic simulation: terminals, broker and host in one process under virtual time (docs/simulation.md)."""
