# SPDX-License-Identifier: MIT
"""A register of DUKPT keys in memory, as a board opens it for each sale, and the host's side of its keys."""

from pos.crypto import dukpt
from pos.crypto.dukpt_register import Register
from pos.journal.devices import RamDevice

INITIAL, KEY_ID = bytes(range(16)), b"key id 8"


class Device(RamDevice):
    """`opened` counts who has not closed it."""

    opened = 0

    def close(self):
        self.opened -= 1


class Board:
    """What is left of a board when only its register counts: `board.key_device()` opens it."""

    def __init__(self, injected=True):
        self.device = Device(2)
        if injected:
            Register(self.device).inject(INITIAL, KEY_ID)

    def key_device(self):
        self.device.opened += 1
        return self.device


def host_key(counter, usage):
    """The working key that the host derives."""
    return dukpt.working_key(INITIAL, KEY_ID, counter, usage)


def derivation_key(counter):
    """What the register must have forgotten once `counter` is used."""
    key = bytearray(INITIAL)
    for reached in dukpt.steps(counter):
        dukpt.derive_next(key, KEY_ID, reached, key)
    return bytes(key)


def held(device):
    """All that its flash holds."""
    return b"".join([bytes(page) for page in device.pages if page])
