# SPDX-License-Identifier: MIT
"""PIN blocks against the examples of ISO 9564-1 and of the supplement to ANSI X9.24-3; bad PINs and PANs."""

from binascii import hexlify, unhexlify

from expect import raises
from pos.crypto import pinblock

KEY = unhexlify("af8cb133a78f8dc2d1359f18527593fb")
RANDOM = unhexlify("2f69adde2e9e7ace")
PIN, PAN = b"1234", "4111111111111111"


def test_format0_x924_1_annex_a4():
    assert hexlify(pinblock.format0("1234", "4012345678909")) == b"041274edcba9876f"


def test_format0_longest_pin_and_pan():
    assert hexlify(pinblock.format0(b"123456789012", b"1234567890123456789")) == b"0c124cc66aa44487"


def test_format4_x924_3_supplement():
    for key, block in (
        ("af8cb133a78f8dc2d1359f18527593fb", "a912150391ab65a67e52883d81ce2d15"),
        ("d30bdc73ec9714b000bec66bdb7b6d09", "52a00503bd34ba1383f6a7ee9fe2547f"),
    ):
        assert hexlify(pinblock.format4(unhexlify(key), PIN, PAN, RANDOM)).decode() == block


def test_a_pin_of_bytes_is_the_pin_of_text():
    for pin in ("1234", b"1234", bytearray(b"1234"), memoryview(b"01234")[1:]):
        assert pinblock.format0(pin, PAN) == pinblock.format0("1234", PAN)
        assert pinblock.format4(KEY, pin, PAN, RANDOM) == pinblock.format4(KEY, "1234", PAN, RANDOM)


def test_a_short_pan_has_zeros_before_it_in_format4():
    assert pinblock.format4(KEY, PIN, "123", RANDOM) == pinblock.format4(KEY, PIN, "000000000123", RANDOM)
    assert pinblock.format4(KEY, PIN, "0" * 13, RANDOM) != pinblock.format4(KEY, PIN, "0" * 12, RANDOM)


def test_bad_pins_are_refused_and_not_told():
    for pin in ("", "123", "1" * 13, "12a4", "12 4", "１234", b"123\xff", "12-4", "12:4", "12/4"):
        for call in (
            lambda pin=pin: pinblock.format0(pin, PAN),
            lambda pin=pin: pinblock.format4(KEY, pin, PAN, RANDOM),
        ):
            error = raises(ValueError, call)
            assert "12" not in str(error).replace("4 to 12", "")


def test_bad_pans_are_refused_and_not_told():
    for pan in ("", "411111111111111a", "4" * 20, "x111111111111111", "41111111 1111111"):
        for call in (
            lambda pan=pan: pinblock.format0(PIN, pan),
            lambda pan=pan: pinblock.format4(KEY, PIN, pan, RANDOM),
        ):
            assert "111" not in str(raises(ValueError, call))
    raises(ValueError, pinblock.format0, PIN, "411111111111")  # twelve digits beside the check digit
    raises(ValueError, pinblock.format0, PIN, "a" + PAN)  # outside of what the block takes


def test_the_random_part_has_eight_bytes():
    for size in (0, 7, 9):
        raises(ValueError, pinblock.format4, KEY, PIN, PAN, bytes(size))


def test_a_refused_pin_leaves_nothing_of_itself_in_the_buffer():
    block = bytearray(8)
    raises(ValueError, pinblock.format0_into, block, b"1234x", PAN)
    assert block == bytes(8)
    pinblock.format0_into(block, bytearray(PIN), PAN)
    assert block == pinblock.format0(PIN, PAN)
    raises(ValueError, pinblock.format0_into, bytearray(7), PIN, PAN)
