# SPDX-License-Identifier: MIT
"""The data of a transaction: whose value counts, what is signed, and that it stays within its bounds."""

from binascii import unhexlify

from expect import raises
from pos.cards import tlv
from pos.cards.data_set import DataSet
from pos.cards.errors import CardError


class Digest:
    def __init__(self):
        self.fed = b""

    def update(self, data):
        self.fed += bytes(data)


def test_values_are_put_and_got():
    data = DataSet()
    data.put(0x9F02, b"\0\0\0\0\1\0")
    data.put(0x9F02, b"\0\0\0\0\2\0")
    assert data.get(0x9F02) == b"\0\0\0\0\2\0" and data.get(0x9F03) is None
    data.put(0x9F06, b"\xa0" * 7)
    data.put(0x9F06, b"\xa1" * 5)
    data.put(0x9F36, b"\0\1")
    assert data.get(0x9F06) == b"\xa1" * 5 and data.get(0x9F36) == b"\0\1"


def test_tvr_and_tsi_are_values_too():
    data = DataSet()
    data.tvr[1] |= 0x40
    data.tsi[0] |= 0x80
    assert data.get(0x95) == b"\0\x40\0\0\0" and data.get(0x9B) == b"\x80\0"


def test_f32_a_card_cannot_take_the_place_of_the_terminals_values():
    data = DataSet()
    data.put(0x9F02, b"\0\0\0\0\1\0")
    data.begin_records()
    data.add_record(tlv.build((0x70, tlv.build((0x9F02, bytes(6)), (0x95, bytes(5)), (0x5A, b"\x12")))), None)
    data.tvr[0] = 1
    assert (
        data.get(0x9F02) == b"\0\0\0\0\1\0" and data.get(0x95) == b"\1\0\0\0\0" and data.get(0x5A) == b"\x12"
    )


def test_f32_no_object_has_tag_0_which_is_padding():
    data = DataSet()
    data.put(0x9F02, b"\0\0\0\0\1\0")
    assert data.get(0) is None


def test_f32_a_card_cannot_say_what_became_of_scripts():
    data = DataSet()
    data.begin_records()
    data.add_record(tlv.build((0x70, tlv.build((0x9F5B, b"\x20\0\0\0\1")))), None)
    assert data.get(0x9F5B) is None
    data.script_results = b"\x10\0\0\0\2"
    assert data.get(0x9F5B) == b"\x10\0\0\0\2"


def test_f32_a_longer_length_than_needed_leaves_nothing_behind():
    for head in ("8A03", "8A8103", "8A820003", "8A83000003"):
        data = DataSet()
        data.begin_records()
        data.add_record(tlv.build((0x70, unhexlify(head + "303132" + "5A0112"))), None)
        data.put(0x8A, b"00")
        assert data.get(0x8A) == b"00" and data.get(0x5A) == b"\x12"


def test_f32_an_object_in_two_records_is_an_error():
    data = DataSet()
    data.begin_records()
    data.add_record(unhexlify("70035A0112"), None)
    assert raises(CardError, data.add_record, unhexlify("70035A0112"), None).reason == "malformed"


def test_f32_more_than_the_buffer_holds_is_an_error():
    data = DataSet(16)
    data.put(0x9F02, bytes(6))
    assert raises(CardError, data.put, 0x57, bytes(16)).reason == "malformed"


def test_signed_records_are_fed_in_their_order_with_or_without_their_head():
    data, digest = DataSet(), Digest()
    data.begin_records()
    data.add_record(unhexlify("70035A0112"), 2)
    data.add_record(unhexlify("70035F2400"), None)
    data.add_record(unhexlify("7003570134"), 0)
    data.hash_signed(digest)
    assert digest.fed == unhexlify("5A0112" + "7003570134")


def test_another_application_starts_afresh_with_the_terminals_values():
    data = DataSet()
    data.put(0x9F02, bytes(6))
    data.keep()
    data.put(0x5A, b"\x12")
    data.tvr[0] = 1
    data.restart()
    assert data.get(0x9F02) == bytes(6) and data.get(0x5A) is None and data.get(0x95) == bytes(5)


def test_wiped_data_is_gone_from_memory():
    data = DataSet()
    data.keep()
    data.put(0x5A, b"\x12\x34")
    buffer = data._buf
    data.wipe()
    assert data.get(0x5A) is None and not any(buffer)
    assert "12" not in repr(data).split(" at ")[0]
