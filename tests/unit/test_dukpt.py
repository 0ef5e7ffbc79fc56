# SPDX-License-Identifier: MIT
"""AES DUKPT against the vectors that the ASC X9 supplies for ANSI X9.24-3-2017."""

from binascii import hexlify, unhexlify

from expect import raises
from pos.crypto import dukpt

BDK = unhexlify("fedcba9876543210f1f1f1f1f1f1f1f1")
KEY_ID = unhexlify("1234567890123456")
INITIAL = unhexlify("1273671ea26ac29afa4d1084127652a1")


def test_initial_key():
    assert dukpt.initial_key(BDK, KEY_ID) == INITIAL


def test_derivation_keys_of_single_bits():
    out = bytearray(16)
    for bit, key in (
        (0, "4f21b565bad9835e112b6465635eae44"),
        (3, "718ee6cf0b27e53d5f7af99c4d8146a2"),
        (28, "69b453118411404db54ae2b751f02f43"),
        (29, "7cce4e679f4fc3478e3cd4509d64a7f3"),
        (30, "36af4aa9fc1100b2ae7742101540340a"),
        (31, "9dc56486499a2e857fdefc4740641ea8"),
    ):
        dukpt.derive_next(INITIAL, KEY_ID, 1 << bit, out)
        assert hexlify(out).decode() == key


def test_working_keys():
    for counter, usage, key in (
        (1, "pin", "af8cb133a78f8dc2d1359f18527593fb"),
        (1, "mac", "a2dc23de6fde0824a2bc321e08e4b8b7"),
        (1, "data", "a35c412efd41fdb98b69797c02dcd08f"),
        (2, "pin", "d30bdc73ec9714b000bec66bdb7b6d09"),
        (3, "pin", "7d69f01f3b45449f62c7816ece723268"),
        (4, "pin", "91a0588318ec2673214271f70137896e"),
        (5, "pin", "35a43bc9efeb09c756204b57e3fb7d4d"),
        (8, "pin", "4d9df3fbee3448fc3e676d04320a90f5"),
        (8, "mac", "6fd572e5d59e618875f193484f9178fb"),
        (8, "data", "650f34204abd4e57764d61ac3d266fb1"),
        (0x845FED, "pin", "d1dda386aa4a556af0119fdcb5d132c6"),
        (0xFFFF << 16, "pin", "27efac1d158632588f4ac69e45c247c4"),
    ):
        found = dukpt.working_key(INITIAL, KEY_ID, counter, usage)
        assert isinstance(found, bytes) and hexlify(found).decode() == key


def test_impossible_counters_are_refused():
    for counter in (0, -1, 0x1FFFF, (1 << 32) - 1, 1 << 32, 1 << 40):
        raises(ValueError, dukpt.working_key, INITIAL, KEY_ID, counter, "pin")
    assert dukpt.working_key(INITIAL, KEY_ID, 0xFFFF, "pin") != dukpt.working_key(
        INITIAL, KEY_ID, 0xFFFE, "pin"
    )


def test_other_usages_and_lengths_are_refused_without_a_key_in_the_error():
    for call in (
        lambda: dukpt.working_key(INITIAL, KEY_ID, 1, "kek"),
        lambda: dukpt.working_key(INITIAL, KEY_ID, 1, ""),
        lambda: dukpt.working_key(INITIAL[:15], KEY_ID, 1, "pin"),
        lambda: dukpt.working_key(INITIAL, KEY_ID + b"\0", 1, "pin"),
        lambda: dukpt.initial_key(BDK + BDK, KEY_ID),
        lambda: dukpt.initial_key(BDK, KEY_ID[:7]),
    ):
        assert str(raises(ValueError, call)).startswith("DUKPT: ")
