# SPDX-License-Identifier: MIT
"""Sealed cards have one size and show nothing of the card."""

from expect import raises
from pos.cards import card_data
from pos.codec import cose
from pos.codec.records import CARD_SIZE

KEY, RANDOM = bytes(range(16)), b"12345"
TRACK2 = "6228480402564890018=30122200000012345"


def opened(sealed):
    return card_data.parse(cose.open_encrypt0(KEY, sealed, card_data.AAD))


def test_every_kind_of_card_has_the_same_size_and_opens():
    for kid in (b"", b"SIM00001", b"T" * 16):
        for card in (
            ("6228480402564890018", "3012", "220", TRACK2),
            ("4111111111111111", "9901", "101", "4111111111111111=9901101"),
            ("134567890123456789", "", "", ""),
            ("2" * 24, "", "", ""),
        ):
            sealed = card_data.seal(KEY, kid, 1, 2, RANDOM, *card)
            assert len(sealed) == CARD_SIZE and opened(sealed) == card_data.CardData(*card)
            assert card[0].encode() not in sealed


def test_sentinels_are_not_kept():
    sealed = card_data.seal(KEY, b"T", 1, 2, RANDOM, "6228480402564890018", "3012", "220", ";" + TRACK2 + "?")
    assert opened(sealed).track2 == TRACK2


def test_what_does_not_fit_is_refused():
    raises(ValueError, card_data.seal, KEY, b"T" * 17, 1, 2, RANDOM, "4111111111111111")
    raises(ValueError, card_data.seal, KEY, b"T", 1, 2, b"1234", "4111111111111111")
    raises(ValueError, card_data.seal, KEY, b"T", 1, 2, RANDOM, "1" * 80)
    raises(ValueError, card_data.seal, KEY, b"T", 1, 2, RANDOM, "4111111111111111", "", "", "41A1=")


def test_malformed_plaintext_is_refused():
    for plaintext in (b"", b"\x80", b"\x85\x60\x60\x60\x60\x40", b"\x85\x60\x60\x00\x40\x40", b"\xa0"):
        raises(ValueError, card_data.parse, plaintext)
