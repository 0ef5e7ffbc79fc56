# SPDX-License-Identifier: MIT
"""The host's side of a terminal's DUKPT keys, and that the terminal's side has forgotten what it used."""

from pos.crypto import dukpt

INITIAL, KEY_ID = bytes(range(16)), b"key id 8"
_known: "dict[int, bytes]" = {0: INITIAL}


def derivation_key(counter):
    """What a working key of `counter` is made of; derived once."""
    if counter not in _known:
        key = bytearray(16)
        dukpt.derive_next(derivation_key(counter & (counter - 1)), KEY_ID, counter, key)
        _known[counter] = bytes(key)
    return _known[counter]


def working_key(counter, usage):
    return dukpt.working_key(INITIAL, KEY_ID, counter, usage)


def forgotten(world):
    """No key up to `world.given` is on the flash."""
    image = bytes(world.image)
    for counter in range(1, world.given + 1):
        assert image.find(derivation_key(counter)) < 0, "the key of %d is still there" % counter
