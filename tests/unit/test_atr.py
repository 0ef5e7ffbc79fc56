# SPDX-License-Identifier: MIT
"""Answers to reset, bit by bit as ISO/IEC 7816-3 section 8.2 and EMV Book 1 section 8.3 have them."""

from binascii import unhexlify

from expect import raises
from pos.cards.atr import Atr
from pos.cards.errors import CardError


def atr(text):
    return Atr(unhexlify(text.replace(" ", "")))


def test_the_basic_atr_of_t0():
    card = atr("3B 60 00 00")
    assert card.protocol == 0 and card.silence_ms == 1000
    assert card.waiting_time_ms == 1000 + 3000
    assert card.parameters() == unhexlify("1100000A00")


def test_the_basic_atr_of_t1():
    card = atr("3B E0 00 00 81 31 20 45 B4")  # TA3: IFSC 32, TB3: BWI 4, CWI 5
    assert card.protocol == 1 and card.silence_ms == 1600
    assert card.parameters() == unhexlify("11100045002000")


def test_values_of_t1_come_from_its_own_group():
    card = atr("3B F0 95 00 02 81 71 FE 23 01 00")  # TA1 without TA2; TC1 2; TA3, TB3, TC3: CRC
    assert card.parameters() == unhexlify("1111022300FE00") and card.silence_ms == 400
    card = atr("3B 80 81 01 00")  # T=1 that says nothing else
    assert card.parameters() == unhexlify("1110004D002000") and card.silence_ms == 1600


def test_a_card_that_is_already_at_another_speed():
    assert atr("3B 90 95 10 00").parameters() == unhexlify("950000" + "0A00")  # TD1 announces TA2
    assert atr("3F 50 95 02").parameters() == unhexlify("110202" + "0A00")  # inverse; TA1 alone asks only


def test_waiting_times_are_no_longer_than_emv_allows():
    assert atr("3B 80 40 05").silence_ms == 500
    assert atr("3B 80 40 FF").silence_ms == 1000
    assert atr("3B 80 81 21 9D 00").silence_ms == 1600


def test_f32_what_is_cut_or_none_is_malformed():
    for text in ("", "3B", "00 00", "3B F0 11", "3B 80 81", "3B 80 80 80"):
        assert raises(CardError, atr, text).reason == "malformed"
    assert raises(CardError, atr, "3B 80 0E").reason == "unsupported"
