# SPDX-License-Identifier: MIT
"""PIN checked by the card, in clear or enciphered (EMV Book 3 sections 6.5.12 and 10.5.1, Book 2 section 7).

Buffers that held the PIN are overwritten. The numbers that RSA works on cannot be: they stay in memory until it is
used again.
"""

from pos.cards import apdu, certificates
from pos.cards.certificates import NotAuthentic
from pos.compat import const, urandom
from pos.crypto import rsa
from pos.crypto.wipe import wipe

_TRY_COUNTER = const(0x9F17)  # tag
_LIMIT_EXCEEDED = const(0x20)  # TVR byte 3
_PLAIN = const(0x80)
_ENCIPHERED = const(0x88)
_MOST_TRIES = const(15)


def fill(block, pin):
    """PIN block format 2 (ISO 9564-1) of 4 to 12 ASCII digits into 8 bytes."""
    assert 4 <= len(pin) <= 12
    block[0] = 0x20 | len(pin)
    for i in range(14):
        digit = pin[i] & 0x0F if i < len(pin) else 0x0F
        at = 1 + i // 2
        block[at] = block[at] & 0x0F | digit << 4 if not i & 1 else block[at] & 0xF0 | digit


def _key(data, ca_key):
    """The key for PINs; None when it does not hold."""
    try:
        return certificates.pin_key(data, certificates.issuer_key(data, ca_key))
    except NotAuthentic:
        return None


async def _enciphered(card, key, block):
    """7F, PIN block, the card's challenge and random bytes under the card's key: Book 2 section 7.2."""
    challenge = await apdu.exchange(card, apdu.command(0x00, 0x84, 0, 0, b"", 0))
    if challenge.sw != apdu.OK or len(challenge.data) != 8:
        return None
    clear = bytearray(len(key[0]))  # filled in place, for a sum of parts would leave its steps behind
    clear[0], clear[1:9], clear[9:17] = 0x7F, block, challenge.data
    clear[17:] = urandom(len(clear) - 17)
    try:
        return rsa.recover(key[0], key[1], clear)
    except ValueError:
        return None
    finally:
        wipe(clear)


async def _sent(card, block, key):
    """Status word of VERIFY; None when the card gave no challenge."""
    body = await _enciphered(card, key, block) if key else block
    if body is None:
        return None
    command = bytearray((0x00, 0x20, 0x00, _ENCIPHERED if key else _PLAIN, len(body))) + body
    try:
        return await apdu.exchange_once(card, command)
    finally:
        wipe(command)


async def verify(card, data, terminal, desk, enciphered):
    """True, False, or None when no PIN was entered; the TVR says when the tries are used up."""
    key = _key(data, terminal.ca_key) if enciphered else None
    if enciphered and key is None:
        return False
    counter = await apdu.get_data(card, _TRY_COUNTER, 1)
    tries = counter[0] if counter else None
    for _ in range(_MOST_TRIES):
        if tries == 0:
            data.tvr[2] |= _LIMIT_EXCEEDED
            return False
        pin = await desk.offline_pin(tries)
        if pin is None:
            return None
        sw = await _tried(card, pin, key)
        if sw == apdu.OK:
            return True
        if sw in (0x6983, 0x6984):
            tries = 0
        elif sw is not None and sw & 0xFFF0 == 0x63C0:
            tries = sw & 0x0F
        else:
            return False
    return False


async def _tried(card, pin, key):
    block = bytearray(8)
    try:
        fill(block, pin)
        return await _sent(card, block, key)
    finally:
        wipe(pin)
        wipe(block)
