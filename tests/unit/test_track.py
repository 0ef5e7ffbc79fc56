# SPDX-License-Identifier: MIT
"""Tracks 1 and 2 after ISO/IEC 7813, and the check digit."""

from expect import raises
from pos.cards.luhn import luhn_valid
from pos.cards.track import Track1, Track2, parse_track1, parse_track2

PAN = "6228480402564890018"


def test_track2_with_and_without_sentinels():
    expected = Track2(PAN, "3012", "220", "0000012345")
    data = PAN + "=30122200000012345"
    for text in (data, ";" + data + "?", ";" + data, data + "?"):
        assert parse_track2(text) == expected


def test_track2_needs_no_discretionary_data():
    assert parse_track2("12345678=9901101") == Track2("12345678", "9901", "101", "")


def test_malformed_track2_is_refused_without_quoting_it():
    for text in (
        "",
        ";?",
        PAN,
        PAN + "=",
        PAN + "=3012",
        PAN + "=301222",
        PAN + "=3000220",
        PAN + "=3013220",
        PAN + "=30A2220",
        PAN + "=3012 20",
        PAN + "=3012220=1",
        PAN + "D3012220",
        PAN + "=301222000000123456",
        PAN + "1=3012220",
        "1234567=3012220",
        "62284804O2564890018=3012220",
        "+228480402564890018=3012220",
        ";;" + PAN + "=3012220?",
        PAN + "=3012220??",
        PAN + "=3012220A",
        "\u0661" * 16 + "=3012220",
    ):
        error = raises(ValueError, parse_track2, text)
        assert "track 2" in str(error) and "62284" not in str(error)


def test_track1_format_b():
    expected = Track1(PAN, "ZHANG/SAN MS", "3012", "220", "DATA 1")
    data = "B" + PAN + "^ZHANG/SAN MS^3012220DATA 1"
    for text in (data, "%" + data + "?"):
        assert parse_track1(text) == expected


def test_malformed_track1_is_refused_without_quoting_it():
    for text in (
        "",
        "%?",
        "A" + PAN + "^ZHANG/SAN^3012220",
        "B" + PAN + "^ZHANG/SAN",
        "B" + PAN + "^Z^3012220",
        "B" + PAN + "^" + "Z" * 27 + "^3012220",
        "B" + PAN + "^ZHANG/SAN^3000220",
        "B" + PAN + "^ZHANG/SAN^30122",
        "B" + PAN + "^zhang/san^3012220",
        "B" + PAN[:-1] + "X^ZHANG/SAN^3012220",
        "B" + PAN + "^ZHANG/SAN^3012220^",
        "B" + PAN + "^ZHANG/SAN^3012220" + "0" * 50,
    ):
        error = raises(ValueError, parse_track1, text)
        assert "track 1" in str(error) and "62284" not in str(error)


def test_check_digit():
    for number in ("4111111111111111", "6228480402564890018", "79927398713", "0"):
        assert luhn_valid(number), number
    for number in ("4111111111111112", "79927398710", "", "4111 1111", "x"):
        assert not luhn_valid(number)
