# SPDX-License-Identifier: MIT
"""Ed25519 against RFC 8032 section 7.1, and what must be refused."""

from binascii import unhexlify

from pos.crypto.ed25519 import steps, verify

L = (1 << 252) + int("27742317777372353535851937790883648493")
P = (1 << 255) - 19
ABC = (
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
)
VECTORS = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        ABC,
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
        "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
)
SMALL_ORDER = (  # the orders 1, 2, 4, 4, 8, 8, 8, 8
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
)


def parts(number):
    key, message, signature = VECTORS[number]
    return unhexlify(key), unhexlify(signature), unhexlify(message)


def little(number):
    return number.to_bytes(32, "little")


def test_rfc8032_section_7_1():
    for number in range(len(VECTORS)):
        assert verify(*parts(number))


def test_buffers_are_taken_as_they_are():
    key, signature, message = parts(2)
    assert verify(bytearray(key), memoryview(signature), memoryview(message))


def test_another_message_key_or_signature_is_refused():
    key, signature, message = parts(2)
    assert not verify(key, signature, message + b"\0")
    assert not verify(parts(1)[0], signature, message)
    for bit in (0, 100, 255, 256, 400, 503):
        bad = bytearray(signature)
        bad[bit >> 3] ^= 1 << (bit & 7)
        assert not verify(key, bad, message)


def test_another_form_of_the_same_s_is_refused():
    key, signature, message = parts(0)
    s = int.from_bytes(signature[32:], "little")
    assert verify(key, signature[:32] + little(s), message)
    for times in range(1, 15):
        assert not verify(key, signature[:32] + little(s + times * L), message)


def test_wrong_lengths_are_refused():
    key, signature, message = parts(0)
    for size in (0, 31, 33):
        assert not verify(bytes(size), signature, message)
    for size in (0, 63, 65):
        assert not verify(key, bytes(size), message)


def test_what_is_no_point_or_not_its_canonical_form_is_refused():
    signature, message = parts(0)[1:]
    for y in (2, P, P + 1, P + 18, (1 << 255) - 1):  # 2 is off the curve
        for sign in (0, 1 << 255):
            assert not verify(little(y | sign), signature, message)
    for y in (1, P - 1):  # x is zero, which has no odd form
        assert not verify(little(y | 1 << 255), signature, message)


def test_a_key_of_small_order_signs_nothing():
    """R = the neutral element and S = 0 would satisfy the equation for every eighth message, or for every one."""
    for key in SMALL_ORDER:
        for number in range(8):
            assert not verify(unhexlify(key), little(1) + bytes(32), b"%d" % number)
            assert not verify(unhexlify(key), bytes(64), b"%d" % number)


def test_a_signature_of_zeros_is_refused():
    for number in range(len(VECTORS)):
        key, _, message = parts(number)
        assert not verify(key, bytes(64), message)


def test_an_event_loop_runs_between_the_steps():
    key, signature, message = parts(1)
    for sent, verdict in ((signature, True), (signature[:63] + b"\x0f", False)):
        said = list(steps(key, sent, message))
        assert len(said) > 140 and said[-1] is verdict and set(said[:-1]) == {None}
    assert list(steps(key[1:], signature, message)) == [False]
    assert list(steps(unhexlify(SMALL_ORDER[0]), signature, message)) == [False]
