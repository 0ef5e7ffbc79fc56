# SPDX-License-Identifier: MIT
"""The journal: one append-only log on a block device, which is also the outbox (docs/journal.md)."""

from pos.journal.errors import JournalAhead, JournalDamaged, JournalError, JournalFull, JournalUnformatted
from pos.journal.journal import Journal

__all__ = ("Journal", "JournalAhead", "JournalDamaged", "JournalError", "JournalFull", "JournalUnformatted")
