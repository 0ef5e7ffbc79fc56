# SPDX-License-Identifier: MIT
"""One sale's DUKPT key (ANSI X9.24-3) from the board's register, and the PIN block that is made under it.

Imported when a sale wants its key and let go with it: the register's state does not stay in memory.
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


def pin_block(key, pin, pan, random8):
    """KSN and block of ISO 9564-1 format 4, 28 bytes. ValueError for PIN or PAN."""
    from pos.crypto.pinblock import format4
    from pos.crypto.wipe import wipe

    pin_key = bytearray(16)
    key.working_key("pin", pin_key)
    try:
        return key.ksn + format4(pin_key, pin, pan, random8)
    finally:
        wipe(pin_key)
