# SPDX-License-Identifier: MIT
"""DES, triple DES, retail MAC and TDES DUKPT against the examples of their standards; both twins."""

from binascii import hexlify, unhexlify

from expect import raises
from pos.crypto import des, des_plain, dukpt_tdes, kcv
from pos.crypto.retail_mac import retail_mac

KEY = unhexlify("0123456789abcdeffedcba9876543210")  # X9.24-1 annex A.4 and ISO 9797-1 annex B
KEY_ID = unhexlify("ffff9876543210e00000")
IPEK = unhexlify("6ac292faa1315b4d858ab3a3d7d5933a")


def enciphered(key, block):
    block = bytearray(unhexlify(block))
    des.Tdes(unhexlify(key)).encrypt(block)
    return hexlify(block).decode()


def ksn(number):
    return unhexlify("ffff9876543210" + number)


def test_des_fips81_and_sp800_17():
    assert enciphered("0123456789abcdef", "4e6f772069732074") == "3fa40e8a984d4815"
    assert enciphered("0101010101010101", "8000000000000000") == "95f8a5e5dd31d900"


def test_tdes_sp800_67_appendix_b():
    key = "0123456789abcdef23456789abcdef01456789abcdef0123"
    for plain, cipher in (("5468652071756663", "a826fd8ce53b855f"), ("6b2062726f776e20", "cce21c8112256fe6")):
        assert enciphered(key, plain) == cipher


def test_what_is_enciphered_is_deciphered():
    for size in (8, 16, 24):
        tdes, block = des.Tdes(bytes(range(size))), bytearray(b"8 bytes.")
        tdes.encrypt(block)
        assert block != b"8 bytes."
        tdes.decrypt(block)
        assert block == b"8 bytes."


def test_native_and_plain_loops_agree():
    for seed in range(8):
        key = bytes([(seed * 37 + i * 91) & 0xFF for i in range(8)])
        one, other = bytearray(128), bytearray(128)
        des.des_schedule(key, 0, one, des.SCHEDULE)
        des_plain.des_schedule(key, 0, other, des.SCHEDULE)
        assert one == other
        for first, step in ((0, 8), (120, -8)):
            one_block, other_block = bytearray(key), bytearray(key)
            des.des_block(one_block, one, des.BOXES, first, step)
            des_plain.des_block(other_block, one, des.BOXES, first, step)
            assert one_block == other_block


def test_lengths_are_checked():
    for size in (0, 7, 15, 23, 32):
        raises(ValueError, des.Tdes, bytes(size))
    tdes = des.Tdes(KEY)
    raises(ValueError, tdes.cbc_encrypt, bytearray(9))
    for size in (0, 7, 9):
        raises(ValueError, tdes.encrypt, bytearray(size))
        raises(ValueError, tdes.decrypt, bytearray(size))


def test_a_wiped_context_holds_no_key():
    tdes = des.Tdes(KEY)
    tdes.wipe()
    assert [bytes(schedule) for schedule in tdes._schedules] == [bytes(128)] * 3


def test_retail_mac_iso9797_1_annex_b():
    for message, padding, mac in (
        (b"Now is the time for all ", 1, "a1c72e74ea3fa9b6"),
        (b"Now is the time for all ", 2, "e9086230ca3be796"),
        (b"Now is the time for it", 1, "2e2b1428cc78254f"),
        (b"Now is the time for it", 2, "5a692ce64f404145"),
    ):
        assert hexlify(retail_mac(KEY, message, padding)).decode() == mac
    assert hexlify(retail_mac(KEY, b"Now is the time for all ", 1, 4)) == b"a1c72e74"


def test_retail_mac_refuses_what_it_cannot_do():
    for arguments in ((KEY[:8], b""), (KEY, b"", 3), (KEY, b"", 1, 3), (KEY, b"", 1, 9)):
        raises(ValueError, retail_mac, *arguments)


def test_tdes_dukpt_initial_key_x924_1_annex_a4():
    assert dukpt_tdes.initial_key(KEY, ksn("e00001")) == IPEK


def test_tdes_dukpt_working_keys_x924_1_annex_a4():
    for number, usage, key in (
        ("e00001", "pin", "042666b49184cf5c68de9628d0397b36"),
        ("e00001", "mac", "042666b4918430a368de9628d03984c9"),
        ("e00001", "data", "448d3f076d8304036a55a3d7e0055a78"),
        ("e00002", "pin", "c46551cef9fd244faa9ad834130d3b38"),
        ("e00003", "pin", "0df3d9422aca561a47676d07ad6bad05"),
        ("e00004", "pin", "279c0f6aeed0be9a2b2c733e1383ae6e"),
        ("e00005", "pin", "5f8dc6d2c845c1da508ddc048093b8c0"),
        ("eff800", "pin", "f9cdfebf4f5b1d61b3ec12454527e189"),
    ):
        assert hexlify(dukpt_tdes.working_key(IPEK, ksn(number), usage)).decode() == key


def test_tdes_dukpt_pin_data_and_mac_x924_1_annex_a4():
    block = bytearray(unhexlify("041274edcba9876f"))
    des.Tdes(dukpt_tdes.working_key(IPEK, ksn("e00001"), "pin")).encrypt(block)
    assert hexlify(block) == b"1b9c1845eb993a7a"
    data = bytearray(b"4012345678909D987" + bytes(7))
    des.Tdes(dukpt_tdes.working_key(IPEK, ksn("e00001"), "data")).cbc_encrypt(data)
    assert hexlify(data) == b"fc0d53b7ea1fda9ee68aaf2e70d9b9506229be2aa993f04f"
    mac_key = dukpt_tdes.working_key(IPEK, ksn("e00001"), "mac")
    assert hexlify(retail_mac(mac_key, b"4012345678909D987")) == b"9ccc78173fc4fb64"


def test_tdes_dukpt_refuses_impossible_counters_and_lengths():
    for number in ("e00000", "ffffff", "e007ff"):
        raises(ValueError, dukpt_tdes.working_key, IPEK, ksn(number), "pin")
    raises(ValueError, dukpt_tdes.working_key, IPEK, ksn("e00001"), "kek")
    raises(ValueError, dukpt_tdes.working_key, IPEK[:8], ksn("e00001"), "pin")
    raises(ValueError, dukpt_tdes.initial_key, KEY, KEY_ID[2:])


def test_key_check_values():
    assert hexlify(kcv.tdes_kcv(KEY)) == b"08d7b4"
    assert hexlify(kcv.aes_kcv(unhexlify("00112233445566778899aabbccddeeff"), 5)) == b"53e107b36e"
    raises(ValueError, kcv.tdes_kcv, KEY, 4)
    raises(ValueError, kcv.aes_kcv, KEY, 6)
