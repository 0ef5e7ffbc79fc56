# SPDX-License-Identifier: MIT
"""AES DUKPT (ANSI X9.24-3-2017) with AES-128 throughout: host-side derivation from the initial key.

A terminal holds no initial key after its start: see dukpt_register.py.
"""

from pos.compat import aes_ecb, const
from pos.crypto.wipe import wipe

COUNTER_BITS = const(32)
MOST_ONES = const(16)  # counters with more are skipped
KEY_ID = const(8)  # bytes
_KEY = const(16)
_DERIVATION, _INITIAL = const(0x8000), const(0x8001)
_USAGES = {"pin": 0x1000, "mac": 0x2000, "data": 0x3000}  # PIN encryption, MAC generation, data encryption
_HEAD = b"\x01\x01\x00\x00\x00\x02\x00\x80"  # version, first block, usage, AES-128, 128 bits


def _data(usage, tail):
    data = bytearray(_HEAD + tail)
    data[2], data[3] = usage >> 8, usage & 0xFF
    return data


def _tail(key_id, counter):
    return bytes(key_id[4:]) + counter.to_bytes(4, "big")


def initial_data(key_id):
    """What AES makes an initial key of, under the base derivation key; a key service enciphers it by itself."""
    return _data(_INITIAL, bytes(key_id))


def next_data(key_id, counter):
    """The same for the derivation key of `counter`, under that of `counter` without its lowest bit."""
    return _data(_DERIVATION, _tail(key_id, counter))


def working_data(key_id, counter, usage):
    """The same for a working key, under the derivation key of `counter`. ValueError for another usage."""
    if usage not in _USAGES:
        raise ValueError("DUKPT: usage is 'pin', 'mac' or 'data'")
    return _data(_USAGES[usage], _tail(key_id, counter))


def _check(key, key_id):
    if len(key) != _KEY or len(key_id) != KEY_ID:
        raise ValueError("DUKPT: key of 16 and key id of 8 bytes wanted")


def ones(counter):
    """How many bits of it are set."""
    found = 0
    while counter:
        counter &= counter - 1
        found += 1
    return found


def ksn(key_id, counter):
    """12 bytes: the key id with this counter."""
    return bytes(key_id) + counter.to_bytes(4, "big")


def initial_key(bdk, key_id):
    """A device's initial key, 16 bytes, of the base derivation key and the initial key id (8 bytes)."""
    _check(bdk, key_id)
    out = bytearray(_KEY)
    aes_ecb(bdk).encrypt(initial_data(key_id), out)
    return bytes(out)


def derive_next(key, key_id, counter, out):
    """The derivation key of `counter` from that of `counter` without its lowest bit; `out` may be `key`."""
    aes_ecb(key).encrypt(next_data(key_id, counter), out)


def derive_working(key, key_id, counter, usage, out):
    """The working key for `usage` from the derivation key of `counter`. ValueError for another usage."""
    aes_ecb(key).encrypt(working_data(key_id, counter, usage), out)


def steps(counter):
    """The counters on the way from the initial key to `counter`, which is the last. ValueError if it is impossible."""
    if counter <= 0 or counter >> COUNTER_BITS or ones(counter) > MOST_ONES:
        raise ValueError("DUKPT: counter of 32 bits wanted, 1 to 16 of them set")
    found = []
    while counter:
        found.insert(0, counter)
        counter &= counter - 1
    return found


def working_key(initial_key, key_id, counter, usage):
    """16 bytes for `usage`: 'pin', 'mac' or 'data' (encrypt, generate). ValueError for an impossible counter."""
    _check(initial_key, key_id)
    key = bytearray(initial_key)
    try:
        for reached in steps(counter):
            derive_next(key, key_id, reached, key)
        derive_working(key, key_id, counter, usage, key)
        return bytes(key)
    finally:
        wipe(key)
