# SPDX-License-Identifier: MIT
"""What a journal may refuse. Every message names the next step."""


class JournalError(Exception):
    """Base of the journal's errors."""


class JournalFull(JournalError):
    """No room that this record may use. Exits: the host receipts records (sync), then room comes back."""


class JournalUnformatted(JournalError):
    """The device holds no journal and nothing else. Exit: provision the terminal (explicit format)."""


class JournalDamaged(JournalError):
    """Records that the host has not receipted are missing or unreadable. Exit: export, then service."""


class JournalAhead(JournalError):
    """The host knows numbers that were never given here: an old copy was restored. Exit: a new epoch."""
