# SPDX-License-Identifier: MIT
"""The case is opened (FAULTS F37): keys are erased first of all, then it is told, and the terminal stops.

The journal is kept, its alarm too; it goes to the host once new keys are loaded.
"""


class Tampered(Exception):
    """Ends the guard, a critical task, and with it the trade."""


async def guard(terminal):
    """Wait for the contact; never returns. Whatever cannot be told for want of memory or room, the keys are gone."""
    await terminal.board.tamper.opened()
    try:
        try:
            terminal.erase_keys()
        finally:
            terminal.alarm("tamper")
    finally:
        raise Tampered("keys are erased")
