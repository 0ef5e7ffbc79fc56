# SPDX-License-Identifier: MIT
"""PIN blocks, DES, SM4, MACs and DUKPT on random input, against psec and cryptography."""

import contextlib

import psec
import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC
from hypothesis import given
from hypothesis import strategies as st
from psec import aes, mac

from pos.crypto import des, dukpt, dukpt_tdes, kcv, pinblock, sm4
from pos.crypto.cmac import cmac
from pos.crypto.retail_mac import retail_mac

# psec names triple DES where cryptography is about to move it away from.
pytestmark = pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")

PIN = st.text("0123456789", min_size=4, max_size=12)
PAN = st.text("0123456789", min_size=13, max_size=19)
KEY = st.binary(min_size=16, max_size=16)


@given(PIN, PAN)
def test_psec_makes_the_same_format0(pin, pan):
    assert pinblock.format0(pin.encode(), pan) == psec.pinblock.encode_pinblock_iso_0(pin, pan)


@given(KEY, PIN, st.text("0123456789", min_size=1, max_size=19), st.binary(min_size=8, max_size=8))
def test_psec_deciphers_our_format4(key, pin, pan, random):
    block = pinblock.format4(key, bytearray(pin.encode()), pan, random)
    assert psec.pinblock.decipher_pinblock_iso_4(key, block, pan) == pin
    field = aes.decrypt_aes_ecb(key, block)
    account = psec.pinblock.encode_pan_field_iso_4(pan)
    inner = aes.decrypt_aes_ecb(key, bytes(a ^ b for a, b in zip(field, account, strict=True)))
    assert inner[8:] == random


@given(PIN | st.text(max_size=20), PAN | st.text(max_size=24))
def test_any_text_is_a_block_or_a_value_error(pin, pan):
    good = 4 <= len(pin) <= 12 and 13 <= len(pan) <= 19 and set(pin + pan) <= set("0123456789")
    with contextlib.nullcontext() if good else pytest.raises(ValueError):
        assert len(pinblock.format0(pin, pan)) == 8


def triple_des(key, mode):
    return Cipher(TripleDES({8: key * 3, 16: key + key[:8], 24: key}[len(key)]), mode)


@given(st.sampled_from((8, 16, 24)), st.data())
def test_cryptography_enciphers_the_same_with_des(size, data):
    key = data.draw(st.binary(min_size=size, max_size=size))
    plain = data.draw(st.binary(min_size=8, max_size=64).filter(lambda value: len(value) % 8 == 0))
    chained, block = bytearray(plain), bytearray(plain[:8])
    tdes = des.Tdes(key)
    tdes.cbc_encrypt(chained)
    assert chained == triple_des(key, modes.CBC(bytes(8))).encryptor().update(plain)
    tdes.decrypt(block)
    assert block == triple_des(key, modes.ECB()).decryptor().update(plain[:8])


@given(KEY, st.binary(max_size=70), st.sampled_from((1, 2)), st.integers(4, 8))
def test_psec_makes_the_same_retail_mac(key, message, padding, size):
    assert retail_mac(key, message, padding, size) == mac.generate_retail_mac(
        key[:8], key[8:], message, padding, size
    )


@given(KEY)
def test_psec_and_cryptography_make_the_same_check_values(key):
    assert kcv.tdes_kcv(key) == psec.des.generate_kcv(key, 3)
    whole = CMAC(algorithms.AES(key))
    whole.update(bytes(16))
    assert kcv.aes_kcv(key, 5) == whole.finalize()[:5]


def aes_step(key, usage, tail):
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return encryptor.update(bytes.fromhex(f"0101{usage:04x}00020080") + tail)


@given(
    KEY,
    st.binary(min_size=8, max_size=8),
    st.integers(1, 0xFFFFFFFF),
    st.sampled_from(("pin", "mac", "data")),
)
def test_aes_dukpt_of_the_standard_on_the_blocks_of_cryptography(key, key_id, counter, usage):
    """Top-down over the set bits, as the standard writes it down."""
    if counter.bit_count() > 16:
        with pytest.raises(ValueError):
            dukpt.working_key(key, key_id, counter, usage)
        return
    number = {"pin": 0x1000, "mac": 0x2000, "data": 0x3000}[usage]
    derived, reached = key, 0
    for mask in (1 << bit for bit in reversed(range(32))):
        if mask & counter:
            reached |= mask
            derived = aes_step(derived, 0x8000, key_id[4:] + reached.to_bytes(4, "big"))
    assert dukpt.working_key(key, key_id, counter, usage) == aes_step(
        derived, number, key_id[4:] + counter.to_bytes(4, "big")
    )


def tdes_step(key, register):
    """Non-reversible key generation on the DES of cryptography."""
    halves = []
    for variant in (bytes.fromhex("c0c0c0c000000000") * 2, bytes(16)):
        turned = psec.tools.xor(key, variant)
        encryptor = triple_des(turned[:8], modes.ECB()).encryptor()
        mixed = encryptor.update(psec.tools.xor(register, turned[8:]))
        halves.append(psec.tools.xor(mixed, turned[8:]))
    return b"".join(halves)


@given(KEY, st.binary(min_size=10, max_size=10))
def test_tdes_dukpt_of_the_standard_on_the_blocks_of_cryptography(key, ksn):
    whole = int.from_bytes(ksn, "big")
    counter = whole & 0x1FFFFF
    if not 0 < counter.bit_count() <= 10:
        with pytest.raises(ValueError):
            dukpt_tdes.working_key(key, ksn, "pin")
        return
    derived, reached = key, whole - counter
    for mask in (1 << bit for bit in reversed(range(21))):
        if mask & counter:
            reached |= mask
            derived = tdes_step(derived, reached.to_bytes(10, "big")[2:])
    assert dukpt_tdes.working_key(key, ksn, "pin") == psec.tools.xor(derived, (bytes(7) + b"\xff") * 2)


@given(KEY, st.binary(max_size=100))
def test_cryptography_makes_the_same_cmac_of_both_ciphers(key, message):
    for cipher, ours in ((algorithms.AES, cmac), (algorithms.SM4, sm4.cmac)):
        theirs = CMAC(cipher(key))
        theirs.update(message)
        assert ours(key, message) == theirs.finalize()


@given(KEY, KEY)
def test_cryptography_enciphers_the_same_with_sm4(key, plain):
    block, cipher = bytearray(plain), sm4.Sm4(key)
    cipher.encrypt(block)
    assert block == Cipher(algorithms.SM4(key), modes.ECB()).encryptor().update(plain)
    cipher.decrypt(block)
    assert block == plain


@given(KEY, st.binary(max_size=70), st.sampled_from((1, 2)))
def test_sm4_cbc_mac_is_the_last_block_of_cryptographys_cbc(key, message, padding):
    padded = {1: mac.pad_iso_1, 2: mac.pad_iso_2}[padding](message, 16)
    chain = Cipher(algorithms.SM4(key), modes.CBC(bytes(16))).encryptor().update(padded)
    assert sm4.cbc_mac(key, message, padding) == chain[-16:]
