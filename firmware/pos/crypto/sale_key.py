# SPDX-License-Identifier: MIT
"""One sale's DUKPT key (ANSI X9.24-3) from the board's register, which is opened for that and closed again.

Imported when a sale wants its key and let go then: the register's state does not stay in memory.
"""

from pos.crypto.dukpt_register import Register, RegisterError
from pos.crypto.slots import SlotError


class NoKey(Exception):
    """The register has none to give; the text says why."""


def take(key_device):
    """The next TransactionKey, used up by this. `key_device()` opens the register's device. NoKey."""
    return _asked(key_device, Register.take)


def look(key_device):
    """NoKey when the next sale will have none; what a power cut left of a used key is erased here."""
    _asked(key_device, Register.check)


def _asked(key_device, question):
    device = None
    try:
        device = key_device()
        return question(Register(device))
    except (RegisterError, SlotError, OSError, ValueError) as error:
        raise NoKey(str(error)) from None
    finally:
        if device:
            device.close()
