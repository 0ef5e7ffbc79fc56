# SPDX-License-Identifier: MIT
"""Data object lists: EMV Book 3 section 5.4."""

from binascii import hexlify, unhexlify

from emv_given import data_set
from expect import raises
from pos.cards import dol
from pos.cards.errors import CardError


def built(text, **values):
    known = {int(tag[1:], 16): unhexlify(value) for tag, value in values.items()}
    return hexlify(dol.build(unhexlify(text), known)).decode()


def test_values_stand_one_after_the_other():
    assert built("9F02069F37045F2A02", t9F02="000000000100", t9F37="01020304", t5F2A="0156") == (
        "000000000100" + "01020304" + "0156"
    )
    assert built("") == ""


def test_numbers_are_cut_and_filled_at_their_left():
    assert built("9F0204", t9F02="000000001234") == "00001234"
    assert built("5F2A03", t5F2A="0156") == "000156"


def test_compressed_numbers_are_filled_with_f_at_their_right():
    assert built("5A0A", t5A="6228480012345678") == "6228480012345678ffff"
    assert built("5A02", t5A="6228480012345678") == "6228"


def test_other_values_are_cut_and_filled_at_their_right():
    assert built("9F3703", t9F37="01020304") == "010203"
    assert built("9F3706", t9F37="01020304") == "010203040000"


def test_what_is_not_known_is_zeros():
    assert built("9F1B04BF0C02DF810401") == "00000000" + "0000" + "00"


def test_f32_templates_and_padding_asked_for_are_zeros_and_no_record():
    data = data_set()
    data.begin_records()
    data.add_record(unhexlify("7006" + "E1045A021234"), None)
    assert data.get(0x5A) == unhexlify("1234") and data.get(0x70) is not None
    for asked in ("0006", "7008", "E106", "BF0C04", "9F0206" + "0003"):
        zeros = dol.build(unhexlify(asked), data)
        assert not any(zeros[6 if asked[:4] == "9F02" else 0 :]), asked


def test_f32_malformed_lists():
    for wrong in ("9F", "9F02", "9F8181810104", "5A08" + "9F81"):
        assert raises(CardError, dol.entries, unhexlify(wrong)).reason == "malformed"
    assert raises(CardError, dol.build, unhexlify("9F37FF9F3701"), {}).reason == "malformed"


def test_whether_a_list_asks_for_something():
    assert dol.names(unhexlify("9F02069F3704"), 0x9F37) and not dol.names(unhexlify("9F0206"), 0x9F37)
