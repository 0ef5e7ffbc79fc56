# SPDX-License-Identifier: MIT
"""SHA-512 against hashlib; Ed25519 and RSA's public operation against cryptography."""

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import example, given
from hypothesis import strategies as st

from pos.crypto.ed25519 import verify
from pos.crypto.rsa import recover
from pos.crypto.sha512 import sha512
from test_ed25519 import SMALL_ORDER, P

SEED = st.binary(min_size=32, max_size=32)


@given(st.lists(st.binary(max_size=300), max_size=4))
def test_hashlib_makes_the_same_digest(pieces):
    hashed = sha512()
    for piece in pieces:
        hashed.update(piece)
    assert hashed.digest() == hashlib.sha512(b"".join(pieces)).digest()


@example(b"", 300)
@given(st.binary(max_size=3), st.integers(1, 700))
def test_every_length_of_padding(pattern, size):
    message = (pattern or b"a") * size
    assert sha512(message).digest() == hashlib.sha512(message).digest()


def verdict(public, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@given(SEED, st.binary(max_size=200), st.integers(0, 8 * 96 - 1))
def test_cryptography_comes_to_the_same_verdict(seed, message, bit):
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert verify(public, signature, message)
    both = bytearray(public + signature)
    both[bit // 8] ^= 1 << bit % 8
    public, signature = bytes(both[:32]), bytes(both[32:])
    assert verify(public, signature, message) == verdict(public, signature, message)


def ours_alone_refuses(public):
    """OpenSSL takes keys of small order and other forms of a point."""
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    return y >= P or y in {
        int.from_bytes(bytes.fromhex(key), "little") & ((1 << 255) - 1) for key in SMALL_ORDER
    }


@example(bytes(32), bytes(64), b"R")
@given(SEED, st.binary(min_size=64, max_size=64), st.binary(max_size=9))
def test_rubbish_is_no_signature(public, signature, message):
    theirs = verdict(public, signature, message) and not ours_alone_refuses(public)
    assert verify(public, signature, message) == theirs


@pytest.mark.parametrize(("exponent", "bits"), [(3, 1024), (65537, 1024), (65537, 1984)])
def test_what_cryptography_signs_is_recovered(exponent, bits):
    private = rsa.generate_private_key(exponent, bits)
    modulus = private.public_key().public_numbers().n.to_bytes(bits // 8, "big")
    signature = private.sign(b"message", padding.PKCS1v15(), SHA256())
    recovered = recover(modulus, exponent, signature)
    assert recovered[:2] == b"\0\1" and recovered[-32:] == hashlib.sha256(b"message").digest()
    theirs = private.public_key().recover_data_from_signature(signature, padding.PKCS1v15(), SHA256())
    assert theirs == recovered[-32:]
