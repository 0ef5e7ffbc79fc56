# SPDX-License-Identifier: MIT
"""Schemas: fixed layout, valid CBOR, ranges checked by name, nothing allocated while packing."""

from binascii import hexlify

from expect import raises
from pos.codec import cbor, records
from pos.codec.schema import Schema

RUNTIMES = {"test_packing_allocates_nothing": ("micropython", "micropython32")}
SMALL = Schema("small", 9, "kind:u8 count:u16 name:text4 tag:bytes2")


def sale():
    return records.SALE.values(
        epoch=3,
        seq=4000000000,
        at_s=1763769600,
        trace=999999,
        batch=1,
        voucher=77,
        amount=1 << 40,
        currency="CNY",
        operator="01",
        entry="S",
        issuer="\u94f6\u8054",
        pan_masked="622848******1234",
        fee=12,
        card=bytes(range(records.CARD_SIZE)),
    )


def packed(schema, values):
    buf = bytearray(schema.size)
    schema.pack_into(buf, 0, values)
    return buf


def test_layout_is_an_array_of_fixed_width_heads():
    assert hexlify(packed(SMALL, [9, 513, "ab", b"\1\2"])) == b"84180919020178046162000058020102"
    assert SMALL.size == 16


def test_a_record_is_valid_cbor():
    for schema in records.ALL:
        values = sale() if schema is records.SALE else schema.values(epoch=1, seq=2)
        plain = cbor.loads(packed(schema, values))
        assert [v.rstrip("\0") if isinstance(v, str) else v for v in plain] == values


def test_every_kind_round_trips():
    for schema in records.ALL:
        values = sale() if schema is records.SALE else schema.values(epoch=7, seq=8, at_s=9)
        found, decoded = records.decode(packed(schema, values))
        assert found is schema and decoded == values


def test_packing_at_an_offset_leaves_the_rest_alone():
    buf = bytearray(b"\xee" * 20)
    SMALL.pack_into(buf, 3, [9, 1, "abcd", b"xy"])
    assert buf[:3] == b"\xee" * 3 and buf[19:] == b"\xee"
    assert SMALL.unpack_from(buf, 3) == [9, 1, "abcd", b"xy"]
    assert SMALL.unpack_from(memoryview(buf), 3) == [9, 1, "abcd", b"xy"]
    raises(ValueError, SMALL.pack_into, buf, 5, [9, 1, "abcd", b"xy"])
    raises(ValueError, SMALL.pack_into, buf, -1, [9, 1, "abcd", b"xy"])


def test_a_value_out_of_range_is_refused_by_name():
    buf = bytearray(SMALL.size)
    for values in (
        [9, -1, "a", b"xy"],
        [9, 65536, "a", b"xy"],
        [9, 1 << 70, "a", b"xy"],
        [9, 1.0, "a", b"xy"],
        [9, None, "a", b"xy"],
        [9, "1", "a", b"xy"],
    ):
        assert "small.count" in str(raises(ValueError, SMALL.pack_into, buf, 0, values))
    for name in ("abcde", "\u94f6\u8054", "abc\u00fc", b"ab", "a\0b", "ab\0", None, 5):
        assert "small.name" in str(raises(ValueError, SMALL.pack_into, buf, 0, [9, 1, name, b"xy"]))
    for tag in (b"x", b"xyz", "xy", None, 5, [1, 2]):
        assert "small.tag" in str(raises(ValueError, SMALL.pack_into, buf, 0, [9, 1, "a", tag]))
    for values in ([8, 1, "a", b"xy"], [9, 1, "a"], [9, 1, "a", b"xy", 0]):
        raises(ValueError, SMALL.pack_into, buf, 0, values)


def test_limits_of_each_type_fit():
    for name, largest in (("u8", 0xFF), ("u16", 0xFFFF), ("u32", 0xFFFFFFFF), ("u64", (1 << 64) - 1)):
        schema = Schema("one", 1, "kind:u8 value:" + name)
        for value in (0, 1, largest):
            assert schema.unpack_from(packed(schema, [1, value])) == [1, value]
        raises(ValueError, schema.pack_into, bytearray(20), 0, [1, largest + 1])


def test_text_of_exactly_the_length_fits_in_bytes_not_characters():
    assert SMALL.unpack_from(packed(SMALL, [9, 0, "abcd", b"xy"]))[2] == "abcd"
    assert SMALL.unpack_from(packed(SMALL, [9, 0, "\u94f6a", b"xy"]))[2] == "\u94f6a"
    assert SMALL.unpack_from(packed(SMALL, [9, 0, "", b"xy"]))[2] == ""


def test_every_changed_head_is_refused():
    good = packed(SMALL, [9, 513, "ab", b"\1\2"])
    for at in (0, 1, 2, 3, 6, 7, 12, 13):
        for bit in range(8):
            bad = bytearray(good)
            bad[at] ^= 1 << bit
            raises(ValueError, SMALL.unpack_from, bad)


def test_text_that_is_not_text_is_refused():
    good = packed(SMALL, [9, 513, "ab", b"\1\2"])
    for raw in (b"\xff\0\0\0", b"a\0b\0", b"\xc3\0\0\0", b"\xed\xa0\x80\0", b"\xc0\x80\0\0"):
        bad = bytearray(good)
        bad[8:12] = raw
        raises(ValueError, SMALL.unpack_from, bad)


def test_a_short_or_unknown_record_is_refused():
    good = packed(records.REVERSAL, records.REVERSAL.values(epoch=1, seq=2))
    for size in range(len(good)):
        raises(ValueError, records.decode, good[:size])
    raises(ValueError, records.decode, good + b"\0")
    good[2] = 200
    raises(ValueError, records.decode, good)
    raises(ValueError, records.decode, b"")


def test_values_by_name_and_back():
    assert SMALL.values(count=5) == [9, 5, "", b"\0\0"]
    assert SMALL.index("name") == 2
    assert SMALL.as_dict([9, 5, "x", b"ab"]) == {"kind": 9, "count": 5, "name": "x", "tag": b"ab"}
    raises(ValueError, SMALL.index, "colour")
    raises(ValueError, lambda: SMALL.values(colour=1))


def test_unknown_field_types_are_refused():
    for name in ("u24", "text", "text0", "text256", "bytesx", "float"):
        raises(ValueError, Schema, "bad", 1, "kind:u8 value:" + name)


def test_packing_allocates_nothing():
    import micropython

    values, buf = sale(), bytearray(records.SALE.size)
    records.SALE.pack_into(buf, 0, values)
    micropython.heap_lock()
    try:
        records.SALE.pack_into(buf, 0, values)
    finally:
        micropython.heap_unlock()
    assert records.SALE.unpack_from(buf) == values


def test_a_text_that_was_read_before_is_not_taken_for_another():
    """What was read last is compared in place (template_native): a longer, a shorter, another, the same."""
    for text in ("ab", "abcd", "a", "", "ac", "ac", "\u94f6", "\u94f7", "\u94f6", "b"):
        assert SMALL.unpack_from(packed(SMALL, [9, 1, text, b"xy"]))[2] == text


def test_a_text_that_was_refused_is_refused_again():
    bad = packed(SMALL, [9, 513, "ab", b"\1\2"])
    for raw in (b"\xed\xa0\x80\0", b"\xff\0\0\0", b"a\0b\0", b"ab\0c"):
        bad[8:12] = raw
        for _ in range(2):
            raises(ValueError, SMALL.unpack_from, bad)


def test_a_decoded_list_belongs_to_the_caller():
    record = packed(SMALL, [9, 513, "ab", b"\1\2"])
    first = SMALL.unpack_from(record)
    first[2] = 5
    assert SMALL.unpack_from(record) == [9, 513, "ab", b"\1\2"]


HEADS = b"\x87\x18\x09\x18\x19\x1a\x1b\x78\x03\x58\x02"  # kind, u8, u16, u32, u64, text3, bytes2
LAYOUT = HEADS, 31, [9, 0, 0, 0, 0, "", 0]
GOOD = [9, 1, 2, 3, 4, "ab", b"xy"]
NUMBERS = (
    0,
    1,
    -1,
    255,
    256,
    65535,
    65536,
    1 << 30,
    1 << 31,
    (1 << 32) - 1,
    1 << 32,
    (1 << 63) + 5,
    (1 << 64) - 1,
    1 << 64,
)
NUMBERS += (-(1 << 31), -(1 << 32), -(1 << 64), -(1 << 70), 1 << 70, True, 1.0, 1.5, None, "1", b"1", [])
TEXTS = (
    "",
    "a",
    "abc",
    "abcd",
    "\u94f6",
    "\u94f6a",
    "a\0",
    "\0ab",
    b"ab",
    bytearray(b"ab"),
    5,
    None,
    [],
    1.5,
)
TAGS = (b"xy", bytearray(b"xy"), memoryview(b"xy"), b"", b"x", b"xyz", "xy", 5, None, [1, 2])


def twins():
    """The native one, where there is one, and the plain one."""
    from pos.codec import template, template_plain

    template.prepare(2)
    return template, template_plain


def test_both_twins_pack_alike():
    template, plain = twins()
    offered = [(i, n) for i in range(5) for n in NUMBERS] + [(5, n) for n in TEXTS] + [(6, n) for n in TAGS]
    for i, value in offered:
        values, one, other = GOOD[:i] + [value] + GOOD[i + 1 :], bytearray(32), bytearray(32)
        wrong = plain.pack(other, 1, LAYOUT, values)
        assert template.pack(one, 1, LAYOUT, values) == wrong and wrong in (0, i + 1), values
        assert wrong or one == other, values
    for offset, values in ((1, GOOD[:6]), (1, GOOD + [0]), (2, GOOD), (-1, GOOD)):
        wrong = plain.pack(bytearray(32), offset, LAYOUT, values)
        assert wrong and template.pack(bytearray(32), offset, LAYOUT, values) == wrong


def test_both_twins_unpack_alike():
    template, plain = twins()
    for texts in ("ab", "abc", "", "\u94f6"):
        record = bytearray(32)
        plain.pack(record, 1, LAYOUT, [9, 255, 65535, (1 << 32) - 1, (1 << 63) + 5, texts, b"xy"])
        for at in range(len(record)):
            for bit in range(8):
                record[at] ^= 1 << bit
                assert unpacked(template, record) == unpacked(plain, record), (at, bit)
                record[at] ^= 1 << bit


def unpacked(twin, record):
    """What a twin makes of the record at 1."""
    values = LAYOUT[2][:]
    try:
        return twin.unpack(record, 1, LAYOUT, values) or values
    except ValueError:
        return 6  # only the text can not be decoded
