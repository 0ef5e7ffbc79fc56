# SPDX-License-Identifier: MIT
"""The device's envelopes against cwt, the COSE library of the host."""

import pytest
from cwt import COSE, COSEKey
from cwt.exceptions import CWTError

from pos.cards import card_data
from pos.codec import cose
from suanpan.host.card_data import unseal

KEY = bytes(range(32))


def mac_key():
    return COSEKey.from_symmetric_key(KEY, alg="HS256", kid=b"SIM00001")


def test_cwt_opens_our_mac0():
    message = b"\xd1" + cose.mac0(KEY, b"payload", b"SIM00001", b"up")
    assert COSE.new().decode(message, mac_key(), external_aad=b"up") == b"payload"
    with pytest.raises(CWTError):
        COSE.new().decode(message, mac_key(), external_aad=b"down")


def test_we_open_a_mac0_of_cwt():
    message = COSE.new().encode(
        b"payload", mac_key(), protected={1: 5}, unprotected={4: b"SIM00001"}, external_aad=b"down"
    )
    assert cose.open_mac0(KEY, message, b"down") == b"payload"
    assert cose.mac0_parts(message)[1] == b"SIM00001"


def test_cwt_opens_our_encrypt0():
    message = b"\xd0" + cose.encrypt0(KEY[:16], bytes(range(13)), b"secret", b"kid", b"card")
    key = COSEKey.from_symmetric_key(KEY[:16], alg="AES-CCM-16-128-128", kid=b"kid")
    assert COSE.new().decode(message, key, external_aad=b"card") == b"secret"


def test_we_open_an_encrypt0_of_cwt():
    key = COSEKey.from_symmetric_key(KEY[:16], alg="AES-CCM-16-128-128", kid=b"kid")
    message = COSE.new().encode(
        b"secret", key, protected={1: 30}, unprotected={4: b"kid", 5: bytes(range(13))}, external_aad=b"card"
    )
    assert cose.open_encrypt0(KEY[:16], message, b"card") == b"secret"


def test_host_unseals_what_the_terminal_sealed():
    card = card_data.CardData("6228480402564890018", "3012", "220", "6228480402564890018=30122200000012345")
    sealed = card_data.seal(KEY[:16], b"SIM00001", 1, 2, b"abcde", *card)
    found = unseal(KEY[:16], sealed)
    assert (found.pan, found.expiry, found.service_code, found.track2) == card
    for damaged in (bytes(112), sealed[:-1], sealed[:-1] + b"\0", b"", b"\x83\x40\xa0\x40"):
        with pytest.raises(ValueError):
            unseal(KEY[:16], damaged)
    with pytest.raises(ValueError):
        unseal(KEY[16:], sealed)
