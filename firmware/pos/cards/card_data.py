# SPDX-License-Identifier: MIT
"""Card data for the host only: a COSE_Encrypt0 (RFC 9052 section 5.2) of one size, whatever the card.

Plaintext: CBOR [pan or payment code, expiry, service code, track 2 as in EMV tag 57, padding].
"""

import struct
from binascii import hexlify, unhexlify
from collections import namedtuple

from pos.codec import cbor, cose
from pos.codec.records import CARD_SIZE

AAD = b"card"
RANDOM_SIZE = 5  # bytes of `random`: fills the nonce up to 13
LONGEST_KID = 16

CardData = namedtuple("CardData", ("pan", "expiry", "service_code", "track2"))

_ENVELOPE_SIZE = 42  # what COSE_Encrypt0 adds to plaintext and kid: heads, algorithm, nonce, tag


def _pack_track2(text):
    """Track 2 without sentinels as nibbles, separator D, filled with F (EMV Book 3 annex A, tag 57)."""
    digits = text.replace("=", "D")
    return unhexlify(digits + "F" if len(digits) & 1 else digits)


def _unpack_track2(packed):
    digits = hexlify(packed).decode().upper()
    return (digits[:-1] if digits[-1:] == "F" else digits).replace("D", "=")


def _plaintext(size, pan, expiry, service_code, track2):
    fields = cbor.dumps([pan, expiry, service_code, _pack_track2(track2)])
    padding = size - len(fields) - 2
    if padding < 0:
        raise ValueError("card data too long")
    # a fifth member, always with a two-byte head, so that every padding length can be written
    return b"\x85" + fields[1:] + bytes((0x58, padding)) + bytes(padding)


def seal(key16, kid, epoch, seq, random5, pan, expiry="", service_code="", track2="", aad=AAD):
    """CARD_SIZE bytes. (epoch, seq) and 5 random bytes make the nonce, so it never repeats under a key.

    `track2` is digits and one "=", without sentinels; `kid` is the terminal id, at most 16 bytes.
    """
    if len(kid) > LONGEST_KID or len(random5) != RANDOM_SIZE:
        raise ValueError("kid of at most 16 bytes and 5 random bytes wanted")
    track2 = track2.strip(";?")
    if len(track2) > 37 or not all([c in "0123456789=" for c in track2]):
        raise ValueError("not a track 2")
    nonce = struct.pack(">II", epoch, seq) + random5
    plaintext = _plaintext(CARD_SIZE - _ENVELOPE_SIZE - len(kid), pan, expiry, service_code, track2)
    sealed = cose.encrypt0(key16, nonce, plaintext, kid, aad)
    assert len(sealed) == CARD_SIZE
    return sealed


def parse(plaintext):
    """CardData of a deciphered plaintext; ValueError when malformed."""
    parts = cbor.loads(plaintext)
    if not isinstance(parts, list) or len(parts) != 5 or not all([isinstance(p, str) for p in parts[:3]]):
        raise ValueError("not card data")
    if not isinstance(parts[3], bytes):
        raise ValueError("not card data")
    return CardData(parts[0], parts[1], parts[2], _unpack_track2(parts[3]))
