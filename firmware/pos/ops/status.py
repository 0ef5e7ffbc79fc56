# SPDX-License-Identifier: MIT
"""The state of the terminal in one dict, for the sync and about screens and for the log."""

from pos import compat

VERSION = "0.1.0"


def status(terminal):
    """Whole numbers, texts and flags only."""
    return {
        "terminal": terminal.config.terminal,
        "version": VERSION,
        "online": terminal.outbox.online,
        "pending": terminal.books.pending(),
        "free_bytes": terminal.books.free_bytes(),
        "heap": compat.mem_used(),
        "loop_gap_ms": terminal.budget.longest_ms,
    }
