# SPDX-License-Identifier: MIT
"""SM4 against GB/T 32907-2016 annex A, its MACs, and both twins."""

from array import array
from binascii import hexlify, unhexlify

from expect import raises
from pos.crypto import sm4, sm4_plain

KEY = unhexlify("0123456789abcdeffedcba9876543210")
MESSAGE = bytes(range(40))


def test_gbt_32907_annex_a1():
    cipher, block = sm4.Sm4(KEY), bytearray(KEY)
    cipher.encrypt(block)
    assert hexlify(block) == b"681edf34d206965e86b3e94f536e4246"
    cipher.decrypt(block)
    assert block == KEY


def test_gbt_32907_annex_a2():
    """A million times; the plain twin would take minutes, a thousandth of them is compared with its own end."""
    native = sm4.sm4_block is not sm4_plain.sm4_block
    cipher, block = sm4.Sm4(KEY), bytearray(KEY)
    encrypt, rounds = cipher.encrypt, 1000000 if native else 1000
    for _ in range(rounds):
        encrypt(block)
    if native:
        assert hexlify(block) == b"595298c7c6fd271f0402f804c33d3f66"
    for _ in range(0 if native else rounds):
        cipher.decrypt(block)
    assert native or block == KEY


def test_native_and_plain_loops_agree():
    for seed in range(8):
        key = bytes([(seed * 37 + i * 91) & 0xFF for i in range(16)])
        one, other = array("I", bytes(128)), array("I", bytes(128))
        sm4.sm4_schedule(key, one, sm4._BOX, sm4._SYSTEM)
        sm4_plain.sm4_schedule(key, other, sm4._BOX, sm4._SYSTEM)
        assert one == other
        for first, step in ((0, 1), (31, -1)):
            one_block, other_block = bytearray(key), bytearray(key)
            sm4.sm4_block(one_block, one, sm4._BOX, first, step)
            sm4_plain.sm4_block(other_block, one, sm4._BOX, first, step)
            assert one_block == other_block


def test_cmac_as_cryptography_makes_it():
    for size, tag in ((1, "34a86331ead1a77ef9b4b5427a2e742a"),):
        assert hexlify(sm4.cmac(KEY, b"x" * size)).decode() == tag


def test_cbc_mac_is_the_last_block_of_the_padded_chain():
    for padding, pad in ((1, bytes(8)), (2, b"\x80" + bytes(7))):
        chain = sm4.Sm4Cbc(KEY)
        out = bytearray(48)
        chain.encrypt(MESSAGE + pad, out)
        assert sm4.cbc_mac(KEY, MESSAGE, padding) == out[32:]
    assert sm4.cbc_mac(KEY, b"", 1) == sm4.cbc_mac(KEY, bytes(16), 1)
    assert sm4.cbc_mac(KEY, bytes(16), 2) != sm4.cbc_mac(KEY, bytes(16), 1)


def test_lengths_and_paddings_are_checked():
    for size in (0, 15, 17, 32):
        raises(ValueError, sm4.Sm4, bytes(size))
    raises(ValueError, sm4.cbc_mac, KEY, MESSAGE, 3)
    for size in (0, 15, 17):
        raises(ValueError, sm4.Sm4(KEY).encrypt, bytearray(size))
        raises(ValueError, sm4.Sm4(KEY).decrypt, bytearray(size))


def test_a_wiped_context_holds_no_key():
    cipher = sm4.Sm4(KEY)
    cipher.wipe()
    assert bytes(cipher._schedule) == bytes(128)
