# SPDX-License-Identifier: MIT
"""A base key in the host's key service, and a terminal's register that holds an initial key of it."""

from pos.crypto import dukpt
from pos.crypto.dukpt_register import Register
from pos.journal.devices import RamDevice

BASE, KEY_ID = bytes(range(16)), bytes.fromhex("1234567890123456")


def register_at(used=0):
    """A register; as an old copy of the flash brings it back, when so many keys are used."""
    made = Register(RamDevice(2))
    made.inject(dukpt.initial_key(BASE, KEY_ID), KEY_ID)
    for _ in range(used):
        made.take()
    return made
