# SPDX-License-Identifier: MIT
"""TDES DUKPT (ANSI X9.24-1-2009, annex A): legacy, for acquirers that still ask for it; host-side derivation.

The key id is a KSN of 10 bytes whose lowest 21 bits, the counter, are not looked at.
"""

from pos.compat import const
from pos.crypto.des import Tdes
from pos.crypto.dukpt import ones, steps
from pos.crypto.wipe import wipe
from pos.crypto.xor import xor_into

KEY_ID = const(10)  # bytes
COUNTER_BITS = const(21)
MOST_ONES = const(10)
_VARIANT = b"\xc0\xc0\xc0\xc0\0\0\0\0"
_PLACES = {"pin": 7, "mac": 6, "data": 5}  # of the byte that a usage's variant turns over, in both halves


def _check(key, ksn):
    if len(key) != 16 or len(ksn) != KEY_ID:
        raise ValueError("DUKPT: key of 16 and KSN of 10 bytes wanted")


def ksn(key_id, counter):
    """10 bytes: the key id with this counter."""
    joined = bytearray(key_id)
    joined[7] = joined[7] & 0xE0 | counter >> 16
    joined[8:] = (counter & 0xFFFF).to_bytes(2, "big")
    return bytes(joined)


def initial_key(bdk, key_id):
    """A device's initial key (IPEK), 16 bytes, of the base derivation key."""
    _check(bdk, key_id)
    base, out = ksn(key_id, 0)[:8], bytearray(16)
    for half in (0, 8):
        key, block = bytearray(bdk), bytearray(base)
        if half:
            _turn(key, _VARIANT)
        Tdes(key).encrypt(block)
        out[half : half + 8] = block
        wipe(key)
    return bytes(out)


def _turn(key, variant):
    for half in (0, 8):
        for i in range(8):
            key[half + i] ^= variant[i]


def _mix(key, register):
    """One half of the key generation process: annex A.2."""
    block = bytearray(register)
    xor_into(block, key, 8, 8)
    des = Tdes(memoryview(key)[:8])
    des.encrypt(block)
    des.wipe()
    xor_into(block, key, 8, 8)
    return block


def derive_next(key, key_id, counter, out):
    """The key of `counter` from that of `counter` without its lowest bit; `out` may be `key`."""
    register, working = ksn(key_id, counter)[2:], bytearray(key)
    right = _mix(working, register)
    _turn(working, _VARIANT)
    out[:8] = _mix(working, register)
    out[8:] = right
    wipe(working)


def derive_working(key, key_id, counter, usage, out):
    """The working key for `usage` from the key of a counter; for 'data' enciphered under itself (A.4.1)."""
    if usage not in _PLACES:
        raise ValueError("DUKPT: usage is 'pin', 'mac' or 'data'")
    out[:] = key
    place = _PLACES[usage]
    out[place] ^= 0xFF
    out[8 + place] ^= 0xFF
    if usage == "data":
        tdes, halves = Tdes(out), memoryview(out)
        tdes.encrypt(halves[:8])
        tdes.encrypt(halves[8:])
        tdes.wipe()


def working_key(initial_key, ksn10, usage):
    """16 bytes for `usage`: 'pin', 'mac' or 'data' of a request. ValueError for an impossible counter."""
    _check(initial_key, ksn10)
    counter = int.from_bytes(ksn10[7:], "big") & 0x1FFFFF
    if not 0 < ones(counter) <= MOST_ONES:
        raise ValueError("DUKPT: counter of 21 bits wanted, 1 to 10 of them set")
    key = bytearray(initial_key)
    try:
        for reached in steps(counter):
            derive_next(key, ksn10, reached, key)
        derive_working(key, ksn10, counter, usage, key)
        return bytes(key)
    finally:
        wipe(key)
