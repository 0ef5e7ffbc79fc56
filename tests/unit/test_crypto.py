# SPDX-License-Identifier: MIT
"""Primitives against their published vectors."""

from binascii import hexlify, unhexlify

from expect import raises
from pos.crypto import ccm, sandbox, xor_plain
from pos.crypto.cmac import Cmac, cmac
from pos.crypto.compare import equal
from pos.crypto.hmac import Hmac, hmac_sha256
from pos.crypto.xor import xor_into

CMAC_KEY = unhexlify("2b7e151628aed2a6abf7158809cf4f3c")
CMAC_MESSAGE = unhexlify(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
)


def test_cmac_rfc4493_section_4():
    for size, tag in (
        (0, "bb1d6929e95937287fa37d129b756746"),
        (16, "070a16b46b4d4144f79bdd9dd04a287c"),
        (40, "dfa66747de9ae63030ca32611497c827"),
        (64, "51f0bebf7e3b9d92fc49741779363cfe"),
    ):
        assert hexlify(cmac(CMAC_KEY, CMAC_MESSAGE[:size])).decode() == tag


def test_cmac_subkeys_rfc4493_section_4():
    context = Cmac(CMAC_KEY)
    assert hexlify(context._k1) == b"fbeed618357133667c85e08f7236a8de"
    assert hexlify(context._k2) == b"f7ddac306ae266ccf90bc11ee46d513b"


def test_cmac_context_is_reusable_and_takes_views():
    context = Cmac(CMAC_KEY)
    for size in range(len(CMAC_MESSAGE)):
        assert context.mac(memoryview(CMAC_MESSAGE)[:size]) == cmac(CMAC_KEY, CMAC_MESSAGE[:size])


def test_cmac_aes256_sp800_38b():
    key = unhexlify("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")
    assert hexlify(cmac(key, CMAC_MESSAGE[:40])) == b"aaf3d8f1de5640c232f5b169b9c911e6"


def test_hmac_rfc4231():
    for key, data, tag in (
        (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (b"\xaa" * 20, b"\xdd" * 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        (
            bytes(range(1, 26)),
            b"\xcd" * 50,
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
        ),
        (
            b"\xaa" * 131,
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
        (
            b"\xaa" * 131,
            b"This is a test using a larger than block-size key and a larger than block-size data. "
            b"The key needs to be hashed before being used by the HMAC algorithm.",
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        ),
    ):
        assert hexlify(hmac_sha256(key, data)).decode() == tag
    truncated = hmac_sha256(b"\x0c" * 20, b"Test With Truncation")[:16]
    assert hexlify(truncated) == b"a3b6167473100ee06e0c796c2955552b"


def test_hmac_in_pieces_is_the_same():
    mac = Hmac(b"key")
    for piece in (b"", b"one", memoryview(b"two"), bytearray(b"three")):
        mac.update(piece)
    assert mac.digest() == hmac_sha256(b"key", b"onetwothree")


def test_ccm_rfc3610_packet_vectors():
    key = unhexlify("c0c1c2c3c4c5c6c7c8c9cacbcccdcecf")
    for nonce, packet, aad_size, tag_size, result in (
        (
            "00000003020100a0a1a2a3a4a5",
            bytes(range(31)),
            8,
            8,
            "588c979a61c663d2f066d0c2c0f989806d5f6b61dac38417e8d12cfdf926e0",
        ),
        (
            "00000004030201a0a1a2a3a4a5",
            bytes(range(32)),
            8,
            8,
            "72c91a36e135f8cf291ca894085c87e3cc15c439c9e43a3ba091d56e10400916",
        ),
        (
            "00000009080706a0a1a2a3a4a5",
            bytes(range(31)),
            8,
            10,
            "0135d1b2c95f41d5d1d4fec185d166b8094e999dfed96c048c56602c97acbb7490",
        ),
    ):
        nonce, aad, plaintext = unhexlify(nonce), packet[:aad_size], packet[aad_size:]
        sealed = ccm.encrypt(key, nonce, plaintext, aad, tag_size)
        assert hexlify(sealed).decode() == result
        assert ccm.decrypt(key, nonce, sealed, aad, tag_size) == plaintext


def test_ccm_sp800_38c_examples():
    key = unhexlify("404142434445464748494a4b4c4d4e4f")
    for nonce, aad, plaintext, tag_size, result in (
        ("10111213141516", bytes(range(8)), bytes(range(0x20, 0x24)), 4, "7162015b4dac255d"),
        (
            "1011121314151617",
            bytes(range(16)),
            bytes(range(0x20, 0x30)),
            6,
            "d2a1f0e051ea5f62081a7792073d593d1fc64fbfaccd",
        ),
        (
            "101112131415161718191a1b",
            bytes(range(20)),
            bytes(range(0x20, 0x38)),
            8,
            "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951",
        ),
    ):
        sealed = ccm.encrypt(key, unhexlify(nonce), plaintext, aad, tag_size)
        assert hexlify(sealed).decode() == result
        assert ccm.decrypt(key, unhexlify(nonce), sealed, aad, tag_size) == plaintext


def test_ccm_refuses_every_changed_bit():
    key, nonce = bytes(range(16)), bytes(range(13))
    sealed = ccm.encrypt(key, nonce, b"plaintext", b"aad")
    for bit in range(8 * len(sealed)):
        bad = bytearray(sealed)
        bad[bit >> 3] ^= 1 << (bit & 7)
        assert ccm.decrypt(key, nonce, bad, b"aad") is None
    assert ccm.decrypt(key, nonce, sealed, b"aae") is None
    assert ccm.decrypt(key, nonce, sealed[:10], b"aad") is None
    assert ccm.decrypt(key, nonce, ccm.encrypt(key, nonce, b"", b""), b"") == b""


def test_ccm_refuses_impossible_parameters():
    raises(ValueError, ccm.encrypt, bytes(16), bytes(6), b"", b"")
    raises(ValueError, ccm.encrypt, bytes(16), bytes(14), b"", b"")
    raises(ValueError, ccm.encrypt, bytes(16), bytes(13), b"", b"", 5)


def test_equal_compares_content():
    assert equal(b"", b"") and equal(b"abc", bytearray(b"abc"))
    assert not equal(b"abc", b"abd") and not equal(b"abc", b"ab")


def test_native_and_plain_loops_agree():
    for at in range(5):
        for size in (0, 1, 7, 16):
            one, other = bytearray(range(16)), bytearray(range(16))
            xor_into(one, CMAC_MESSAGE, at, size)
            xor_plain.xor_into(other, CMAC_MESSAGE, at, size)
            assert one == other


def test_sandbox_keys_differ_by_terminal_and_purpose():
    mac, data = sandbox.derive("SIM00001")
    assert len(mac) == 32 and len(data) == 16
    assert sandbox.derive("SIM00001") == (mac, data)
    assert sandbox.derive("SIM00002") != (mac, data)
    assert mac[:16] != data
