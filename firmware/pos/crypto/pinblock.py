# SPDX-License-Identifier: MIT
"""PIN blocks of ISO 9564-1: format 0 (9.3.2), in clear, and format 4 (9.4.2), enciphered with AES.

PIN and PAN are bytes, bytearray or text of decimal digits. The PIN is copied into the block alone, which is
overwritten unless it is the result; errors name neither.
"""

from pos.compat import aes_ecb
from pos.crypto.wipe import wipe
from pos.crypto.xor import xor_into

_BLOCK = 16  # of AES; format 0 fills eight bytes


def _digit(digits, i):
    digit = digits[i]
    digit = (ord(digit) if isinstance(digit, str) else digit) - 48
    if not 0 <= digit <= 9:
        raise ValueError("PIN block: PIN and PAN are decimal digits")
    return digit


def _put(block, at, digits, first, end):
    """Write digits[first:end] as nibbles from nibble `at` on."""
    for i in range(first, end):
        shift = 0 if at & 1 else 4
        block[at >> 1] = block[at >> 1] & (0xF0 >> shift) | _digit(digits, i) << shift
        at += 1


def _pin_field(block, control, fill, pin):
    """Control nibble, length, digits, `fill` up to the eighth byte."""
    if not 4 <= len(pin) <= 12:
        raise ValueError("PIN block: 4 to 12 digits wanted")
    block[0] = control << 4 | len(pin)
    for i in range(1, 8):
        block[i] = fill
    _put(block, 2, pin, 0, len(pin))


def format0_into(block, pin, pan):
    """Put the clear block into `block`, a bytearray of 8 that the caller wipes. ValueError for PIN or PAN."""
    if len(block) != 8 or not 13 <= len(pan) <= 19:
        raise ValueError("PIN block: 8 bytes and a PAN of 13 to 19 digits wanted")
    for i in range(len(pan)):
        _digit(pan, i)  # those too that stay outside
    account = bytearray(8)
    _put(account, 4, pan, len(pan) - 13, len(pan) - 1)
    try:
        _pin_field(block, 0, 0xFF, pin)
        xor_into(block, account, 0, 8)
    except ValueError:
        wipe(block)
        raise
    finally:
        wipe(account)


def format0(pin, pan):
    """8 bytes in clear; to encipher and wipe them, take format0_into."""
    block = bytearray(8)
    try:
        format0_into(block, pin, pan)
        return bytes(block)
    finally:
        wipe(block)


def _pan_field(pan):
    """Length beyond 12, digits, zeros; a PAN of less than 12 is filled up with zeros before it."""
    if not 1 <= len(pan) <= 19:
        raise ValueError("PIN block: a PAN of 1 to 19 digits wanted")
    field = bytearray(_BLOCK)
    field[0] = max(0, len(pan) - 12) << 4
    _put(field, 1 + max(0, 12 - len(pan)), pan, 0, len(pan))
    return field


def format4(key, pin, pan, random8):
    """16 bytes enciphered under an AES key; `random8` must be new for each block. ValueError for PIN or PAN."""
    if len(random8) != 8:
        raise ValueError("PIN block: 8 random bytes wanted")
    aes, account, block = aes_ecb(key), _pan_field(pan), bytearray(_BLOCK)
    try:
        _pin_field(block, 4, 0xAA, pin)
        block[8:] = random8
        aes.encrypt(block, block)
        xor_into(block, account, 0, _BLOCK)
        aes.encrypt(block, block)
        return bytes(block)
    finally:
        wipe(block)
        wipe(account)
