# SPDX-License-Identifier: MIT
"""AES-CCM and HMAC on random input, against cryptography and Python's hmac."""

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from hypothesis import given
from hypothesis import strategies as st

from pos.crypto import ccm
from pos.crypto.hmac import Hmac

KEY = st.binary(min_size=16, max_size=16) | st.binary(min_size=32, max_size=32)
TAG = st.sampled_from((4, 6, 8, 10, 12, 14, 16))


@given(KEY, st.binary(min_size=7, max_size=13), st.binary(max_size=80), st.binary(max_size=40), TAG)
def test_cryptography_seals_the_same(key, nonce, plaintext, aad, tag_size):
    sealed = ccm.encrypt(key, nonce, plaintext, aad, tag_size)
    assert sealed == AESCCM(key, tag_size).encrypt(nonce, plaintext, aad)
    assert ccm.decrypt(key, nonce, sealed, aad, tag_size) == plaintext


@given(st.binary(max_size=150), st.lists(st.binary(max_size=100), max_size=4))
def test_python_makes_the_same_hmac(key, pieces):
    mac = Hmac(key)
    for piece in pieces:
        mac.update(piece)
    assert mac.digest() == hmac.new(key, b"".join(pieces), hashlib.sha256).digest()
