# SPDX-License-Identifier: MIT
"""BER-TLV of cards: what parses, what does not, and the native scan against the plain one."""

from array import array
from binascii import unhexlify

from expect import raises
from pos.cards import tlv, tlv_plain
from pos.compat import MICROPYTHON

FCI = unhexlify(
    "6F25"
    + "8407A0000000031010"
    + "A51A"
    + "500456495341"
    + "870101"
    + "9F38069F66049F0206"
    + "BF0C05"
    + "9F5D021234"
)


def test_objects_of_one_level_with_tags_of_one_to_four_bytes():
    buf = unhexlify("5A0112" + "9F02021234" + "DF81040156" + "FF81810100" + "8200")
    assert tlv.parse(buf) == [
        (0x5A, 2, 1),
        (0x9F02, 6, 2),
        (0xDF8104, 12, 1),
        (0xFF818101, 18, 0),
        (0x82, 20, 0),
    ]
    assert tlv.parse(b"") == []


def test_a_template_is_one_object_of_its_level():
    assert [tag for tag, _, _ in tlv.parse(FCI)] == [0x6F]


def test_lengths_short_and_long():
    for head, length in (
        ("5A7F", 127),
        ("5A8180", 128),
        ("5A820100", 256),
        ("5A83000101", 257),
        ("5A8400000003", 3),
    ):
        head = unhexlify(head)
        assert tlv.parse(head + bytes(length)) == [(0x5A, len(head), length)]
        raises(ValueError, tlv.parse, head + bytes(length - 1))


def test_more_objects_than_one_scan_takes():
    assert tlv.parse(b"\x5a\x01\x00" * 100) == [(0x5A, 3 * i + 2, 1) for i in range(100)]


def test_zeros_between_objects_are_padding():
    assert tlv.parse(unhexlify("00005A0112000082000000")) == [(0x5A, 4, 1), (0x82, 9, 0)]
    assert tlv.parse(bytes(9)) == []


def test_ff_is_no_padding():
    assert tlv.parse(unhexlify("FF010155")) == [(0xFF01, 3, 1)]
    raises(ValueError, tlv.parse, unhexlify("5A0112FFFF"))


def test_f32_malformed_objects_are_a_value_error():
    for wrong in (
        "5A",  # no length
        "9F",  # no second byte of the tag
        "9F81",
        "DF81818101" + "00",  # five bytes of tag
        "5A02FF",  # value too short
        "5A80",  # indefinite length
        "5A80000000",
        "5A85000000000100",  # five bytes of length
        "5AFF",
        "5A81",  # length cut off
        "5A8201",
        "5A84FFFFFFFF00",
        "5A8480000000",
        "5A847FFFFFFF00",
    ):
        raises(ValueError, tlv.parse, unhexlify(wrong))


def test_find_walks_through_templates():
    assert tlv.value(FCI, 0x84) == unhexlify("A0000000031010")
    assert tlv.value(FCI, 0x9F38) == unhexlify("9F66049F0206")
    assert tlv.value(FCI, 0x9F5D) == unhexlify("1234")
    assert tlv.value(FCI, 0x5F2D) is None
    assert tlv.value(unhexlify("DF81040156"), 0xDF8104) == b"\x56"
    assert tlv.value(unhexlify("FF8182010156"), 0xFF818201) == b"\x56"


def test_f32_what_overruns_its_template_is_malformed():
    raises(ValueError, tlv.check, unhexlify("7003" + "5A0412345678"))
    raises(ValueError, tlv.check, unhexlify("7002A50300"))
    raises(ValueError, tlv.check, unhexlify("7005" + "010100" + "A503"))  # no tag of a card ends the check
    tlv.check(FCI)


def test_f32_templates_without_end_are_malformed():
    nested = b""
    for _ in range(8):
        nested = tlv.build((0x70, nested))
    tlv.check(nested)
    raises(ValueError, tlv.check, tlv.build((0x70, nested)))


def test_find_tells_where_an_object_begins_however_long_its_length_is():
    for head in ("8A02", "8A8102", "8A820002", "8A83000002", "8A8400000002"):
        buf = unhexlify("005A0112" + head + "3030")
        assert tlv.find(buf, 0x8A) and tlv.FOUND[tlv.BEGIN] == 4
        assert tlv.FOUND[tlv.START] == 4 + len(head) // 2 and tlv.FOUND[tlv.LENGTH] == 2


def test_find_allocates_nothing():
    if not MICROPYTHON:
        return
    from micropython import heap_lock, heap_unlock

    heap_lock()
    try:
        found = tlv.find(FCI, 0x9F5D)
    finally:
        heap_unlock()
    assert found and tlv.FOUND[tlv.LENGTH] == 2


def test_native_and_plain_scan_agree():
    seed = 1
    for _ in range(600):
        raw = bytearray(12)
        for i in range(len(raw)):
            seed = (seed * 1103515245 + 12345) & 0x3FFFFFFF
            raw[i] = b"\x00\x5a\x9f\x70\x81\x02\x03\x84\xff\x01\x05\x82"[seed // 65536 % 12]
        for wanted in (0, 1, 0x5A, 0x9F02, 0x9F81):
            results = []
            for scan in (tlv.scan, tlv_plain.scan):
                table, ends = array("I", bytes(48)), array("I", bytes(8))
                results.append((scan(raw, 0, 12, wanted, table, 4, ends), table))
            assert results[0][0] == results[1][0], (raw, wanted)
            assert results[0][0] < 0 or list(results[0][1]) == list(results[1][1]), (raw, wanted)


def test_heads_are_built_as_short_as_can_be():
    assert tlv.head(0x5A, 8) == unhexlify("5A08")
    assert tlv.head(0x9F02, 0x80) == unhexlify("9F028180")
    assert tlv.head(0xDF8104, 0x100) == unhexlify("DF8104820100")
    assert tlv.head(0xFF818101, 0x10000) == unhexlify("FF81810183010000")


def test_what_is_built_is_parsed():
    built = tlv.build((0x9F02, bytes(6)), (0x95, bytes(200)))
    assert tlv.parse(built) == [(0x9F02, 3, 6), (0x95, 12, 200)]
