# SPDX-License-Identifier: MIT
"""RSA's public operation: what is known without a private key, and the lengths that EMV asks for."""

from expect import raises
from pos.crypto.rsa import recover

MODULUS = b"\xf1" + bytes([i * 5 & 0xFF for i in range(1, 127)]) + b"\x03"
ONE_LESS = MODULUS[:-1] + b"\x02"


def wide(number, size=128):
    return number.to_bytes(size, "big")


def test_small_numbers_and_minus_one():
    assert recover(MODULUS, 3, wide(5)) == wide(125)
    assert recover(MODULUS, 3, wide(0)) == wide(0)
    for exponent in (3, 65537):
        assert recover(MODULUS, exponent, ONE_LESS) == ONE_LESS
    assert recover(MODULUS, 65537, wide(2)) == wide(pow(2, 65537, int.from_bytes(MODULUS, "big")))


def test_buffers_and_all_lengths_of_emv():
    for size in (64, 96, 144, 248):
        modulus = bytearray(b"\xff" * size)
        assert recover(modulus, 3, memoryview(wide(2, size))) == wide(8, size)


def test_impossible_lengths_keys_and_signatures_are_refused():
    for modulus, exponent, signature in (
        (MODULUS[:63], 3, bytes(63)),
        (b"\xff" * 249, 3, bytes(249)),
        (b"", 3, b""),
        (b"\x7f" + MODULUS[1:], 3, bytes(128)),
        (ONE_LESS, 3, bytes(128)),
        (MODULUS, 1, bytes(128)),
        (MODULUS, 2, bytes(128)),
        (MODULUS, 17, bytes(128)),
        (MODULUS, 3, bytes(127)),
        (MODULUS, 3, bytes(129)),
        (MODULUS, 3, MODULUS),
        (MODULUS, 3, b"\xff" * 128),
    ):
        assert str(raises(ValueError, recover, modulus, exponent, signature)).startswith("RSA: ")
