# SPDX-License-Identifier: MIT
"""Test certification authority, issuers and card keys, made from their names (EMV Book 2 sections 5, 6 and 11.2).

The keys are worth nothing: they are short, so that cards sign fast, and everybody can make them.
"""

import math
import random
from functools import cache
from hashlib import sha1
from typing import NamedTuple

EXPONENT = 3
CA_BITS, ISSUER_BITS, CARD_BITS = 1024, 896, 768
CA_INDEX = 0xF1
_SMALL = [n for n in range(3, 2000, 2) if all(n % d for d in range(3, math.isqrt(n) + 1, 2))]
_ROUNDS = 24
_EXPIRES = b"\x12\x49"  # MMYY of certificates


class Key(NamedTuple):
    modulus: int
    private: int
    size: int

    @property
    def public(self) -> bytes:
        return self.modulus.to_bytes(self.size, "big")

    def sign(self, block: bytes) -> bytes:
        """`block` begins with 6A and is as long as the modulus, which begins with a set bit."""
        return pow(int.from_bytes(block, "big"), self.private, self.modulus).to_bytes(self.size, "big")

    def decipher(self, data: bytes) -> bytes:
        return self.sign(data)


@cache
def key(name: str, bits: int) -> Key:
    """The RSA key that belongs to a name."""
    dice = random.Random(f"suanpan test key {name} {bits}")
    p, q = prime(dice, bits // 2), prime(dice, bits // 2)
    return Key(p * q, pow(EXPONENT, -1, math.lcm(p - 1, q - 1)), bits // 8)


def prime(dice: random.Random, bits: int) -> int:
    while True:
        found = dice.getrandbits(bits) | 3 << bits - 2 | 1
        if found % EXPONENT == 2 and all(found % d for d in _SMALL) and is_prime(found, dice):
            return found


def is_prime(number: int, dice: random.Random) -> bool:
    """Miller-Rabin."""
    odd, twos = number - 1, 0
    while not odd & 1:
        odd, twos = odd >> 1, twos + 1
    for _ in range(_ROUNDS):
        power = pow(dice.randrange(2, number - 1), odd, number)
        if power in (1, number - 1):
            continue
        if not any((power := power * power % number) == number - 1 for _ in range(twos - 1)):
            return False
    return True


def authority(rid: bytes) -> Key:
    return key(f"authority {rid.hex()}", CA_BITS)


def issuer(rid: bytes) -> Key:
    return key(f"issuer {rid.hex()}", ISSUER_BITS)


def card(pan: str) -> Key:
    return key(f"card {pan}", CARD_BITS)


def pin(pan: str) -> Key:
    return key(f"pin {pan}", CARD_BITS)


def ca_row(rid: bytes) -> dict[str, str]:
    """The authority's key as terminals are configured with it (pos/cards/ca_keys.py)."""
    modulus, exponent = authority(rid).public, bytes((EXPONENT,))
    digest = sha1(rid + bytes((CA_INDEX,)) + modulus + exponent).hexdigest()
    return {
        "rid": rid.hex().upper(),
        "index": f"{CA_INDEX:02X}",
        "modulus": modulus.hex(),
        "exponent": exponent.hex(),
        "sha1": digest,
        "expires": "20491231",
    }


def certificate(signer: Key, head: bytes, holder: Key, signed: bytes = b"") -> tuple[bytes, bytes]:
    """(certificate, remainder of the key); `head` goes from the format to the serial number."""
    room = signer.size - len(head) - 4 - 22
    inside, remainder = holder.public[:room].ljust(room, b"\xbb"), holder.public[room:]
    said = head + bytes((1, 1, holder.size, 1)) + inside
    digest = sha1(said + remainder + bytes((EXPONENT,)) + signed).digest()
    return signer.sign(b"\x6a" + said + digest + b"\xbc"), remainder


def issuer_certificate(rid: bytes, pan: str, expires: bytes = _EXPIRES) -> tuple[bytes, bytes]:
    head = b"\x02" + bytes.fromhex(pan[:6] + "FF") + expires + b"\x00\x00\x01"
    return certificate(authority(rid), head, issuer(rid))


def card_certificate(rid: bytes, pan: str, signed: bytes, expires: bytes = _EXPIRES) -> tuple[bytes, bytes]:
    head = b"\x04" + bytes.fromhex(pan.ljust(20, "F")) + expires + b"\x00\x00\x02"
    return certificate(issuer(rid), head, card(pan), signed)


def pin_certificate(rid: bytes, pan: str) -> tuple[bytes, bytes]:
    """Of the key for PINs; it covers no data: Book 2 section 7.1."""
    head = b"\x04" + bytes.fromhex(pan.ljust(20, "F")) + _EXPIRES + b"\x00\x00\x03"
    return certificate(issuer(rid), head, pin(pan))


def signed_block(signer: Key, said: bytes, outside: bytes) -> bytes:
    """Signature over `said`, filled with BB, and over what stands outside of it."""
    filled = said.ljust(signer.size - 22, b"\xbb")
    return signer.sign(b"\x6a" + filled + sha1(filled + outside).digest() + b"\xbc")


def static_signature(rid: bytes, signed: bytes) -> bytes:
    """Signed static application data with a data authentication code."""
    return signed_block(issuer(rid), b"\x03\x01\xda\xc1", signed)


def dynamic_signature(pan: str, dynamic: bytes, outside: bytes) -> bytes:
    return signed_block(card(pan), b"\x05\x01" + bytes((len(dynamic),)) + dynamic, outside)
