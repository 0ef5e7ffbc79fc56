# SPDX-License-Identifier: MIT
"""CBOR against RFC 8949: the examples of appendix A and the malformed items of appendix F."""

from binascii import hexlify, unhexlify
from struct import unpack

from expect import raises
from pos.codec import cbor

# Appendix A: (encoded, value) where `dumps` gives back exactly these bytes.
EXAMPLES = (
    ("00", 0),
    ("01", 1),
    ("0a", 10),
    ("17", 23),
    ("1818", 24),
    ("1819", 25),
    ("1864", 100),
    ("1903e8", 1000),
    ("1a000f4240", 1000000),
    ("1b000000e8d4a51000", 1000000000000),
    ("1bffffffffffffffff", 18446744073709551615),
    ("c249010000000000000000", 18446744073709551616),
    ("3bffffffffffffffff", -18446744073709551616),
    ("c349010000000000000000", -18446744073709551617),
    ("20", -1),
    ("29", -10),
    ("3863", -100),
    ("3903e7", -1000),
    ("f90000", 0.0),
    ("f98000", -0.0),
    ("f93c00", 1.0),
    ("fb3ff199999999999a", 1.1),
    ("f93e00", 1.5),
    ("f97bff", 65504.0),
    ("fa47c35000", 100000.0),
    ("fa7f7fffff", unpack(">f", b"\x7f\x7f\xff\xff")[0]),  # a literal loses its last bit in an .mpy file
    ("fb7e37e43c8800759c", 1.0e300),
    ("f90001", 2.0**-24),
    ("f90400", 2.0**-14),
    ("f9c400", -4.0),
    ("fbc010666666666666", -4.1),
    ("f97c00", float("inf")),
    ("f9fc00", float("-inf")),
    ("f4", False),
    ("f5", True),
    ("f6", None),
    ("f0", cbor.Simple(16)),
    ("f8ff", cbor.Simple(255)),
    ("c11a514b67b0", cbor.Tagged(1, 1363896240)),
    ("c1fb41d452d9ec200000", cbor.Tagged(1, 1363896240.5)),
    ("d74401020304", cbor.Tagged(23, b"\1\2\3\4")),
    ("d818456449455446", cbor.Tagged(24, b"dIETF")),
    ("40", b""),
    ("4401020304", b"\1\2\3\4"),
    ("60", ""),
    ("6161", "a"),
    ("6449455446", "IETF"),
    ("62225c", '"\\'),
    ("62c3bc", "\u00fc"),
    ("63e6b0b4", "\u6c34"),
    ("64f0908591", "\U00010151"),
    ("80", []),
    ("83010203", [1, 2, 3]),
    ("8301820203820405", [1, [2, 3], [4, 5]]),
    ("98190102030405060708090a0b0c0d0e0f101112131415161718181819", list(range(1, 26))),
    ("a0", {}),
    ("a201020304", {1: 2, 3: 4}),
    ("a26161016162820203", {"a": 1, "b": [2, 3]}),
    ("826161a161626163", ["a", {"b": "c"}]),
    ("a56161614161626142616361436164614461656145", {"a": "A", "b": "B", "c": "C", "d": "D", "e": "E"}),
)

# Appendix A and section 3: well-formed, but not the form that `dumps` chooses.
ONLY_DECODED = (
    ("5f42010243030405ff", b"\1\2\3\4\5"),
    ("7f657374726561646d696e67ff", "streaming"),
    ("5fff", b""),
    ("9fff", []),
    ("9f018202039f0405ffff", [1, [2, 3], [4, 5]]),
    ("9f01820203820405ff", [1, [2, 3], [4, 5]]),
    ("83018202039f0405ff", [1, [2, 3], [4, 5]]),
    ("83019f0203ff820405", [1, [2, 3], [4, 5]]),
    ("bf61610161629f0203ffff", {"a": 1, "b": [2, 3]}),
    ("826161bf61626163ff", ["a", {"b": "c"}]),
    ("bf6346756ef563416d7421ff", {"Fun": True, "Amt": -2}),
    ("fa7f800000", float("inf")),
    ("fb7ff0000000000000", float("inf")),
    ("f7", None),
    ("1800", 0),
    ("1b0000000000000001", 1),
    ("7801" + "61", "a"),
    ("b800", {}),
    ("c240", 0),
    ("a1820102f5", {(1, 2): True}),
)

MALFORMED = (
    # appendix F: end of input in a head, in a string, in an array, map or tag
    "18 19 1a 1b 1901 1a0102 1b01020304050607 38 58 78 98 9a01ff00 b8 d8 f8 f900 fa0000 fb000000",
    "41 61 5affffffff00 5bffffffffffffffff010203 7affffffff00 7b7fffffffffffffff010203",
    "81 818181818181818181 8200 a1 a20102 a100 a2000000 9affffffff 9bffffffffffffffff bbffffffffffffffff c0",
    "5f4100 7f6100 9f 9f0102 bf bf01020102 819f 9f8000 9f9f9f9f9fffffffff 9f819f819f9fffffff",
    # reserved additional information, reserved simple values
    "1c 1d 1e 3c 3d 3e 5c 5d 5e 7c 7d 7e 9c 9d 9e bc bd be dc dd de fc fd fe f800 f801 f818 f81f",
    # wrong or nested chunks, break where none may be
    "5f00ff 5f21ff 5f6100ff 5f80ff 5fa0ff 5fc000ff 5fe0ff 7f4100ff 5f5f4100ffff 7f7f6100ffff",
    "ff 81ff 8200ff a1ff a1ff00 a100ff a20000ff 9f81ff 9f829f819f9fffffffff bf00ff bf000000ff c0ff",
    "1f 3f df",
    # trailing bytes, duplicate keys, invalid UTF-8, bignum without bytes, a map as a key
    "0000 f6f6 a201020103 a26161016161f6 61ff 62c328 62c080 63eda080 64f4908080 7f61c361bcff c201 c380 a1a001",
)


def test_examples_of_appendix_a_decode():
    for encoded, value in EXAMPLES + ONLY_DECODED:
        decoded = cbor.loads(unhexlify(encoded))
        assert decoded == value and isinstance(decoded, type(value)), encoded


def test_examples_of_appendix_a_encode_in_their_shortest_form():
    for encoded, value in EXAMPLES:
        assert hexlify(cbor.dumps(value)).decode() == encoded, encoded


def test_not_a_number_keeps_its_class():
    for encoded in ("f97e00", "fa7fc00000", "fb7ff8000000000000"):
        value = cbor.loads(unhexlify(encoded))
        assert value != value
    assert cbor.dumps(float("nan")) == unhexlify("f97e00")


def test_malformed_items_are_refused():
    for line in MALFORMED:
        for encoded in line.split():
            assert raises(ValueError, cbor.loads, unhexlify(encoded)), encoded
    raises(ValueError, cbor.loads, b"")


def test_every_truncation_is_refused():
    whole = cbor.dumps([1, "abc", {"k": [b"12345", 1.5, -300]}, cbor.Tagged(99, None)])
    for size in range(len(whole)):
        raises(ValueError, cbor.loads, whole[:size])


def test_map_keys_are_sorted_by_their_encoded_bytes():
    # the order of RFC 8949 section 4.2.1
    ordered = (10, 100, -1, "z", "aa", (100,), (-1,), False)
    keys = {key: 0 for key in reversed(ordered)}
    assert cbor.dumps(keys) == b"\xa8" + b"".join([cbor.dumps(key) + b"\0" for key in ordered])


def test_depth_of_sixteen_is_allowed_and_seventeen_is_not():
    for opener, closer in ((b"\x81", b"\0"), (b"\xa1\x00", b"\0"), (b"\xd8\x63", b"\0"), (b"\x9f", b"\xff")):
        ends = (
            (lambda n, closer=closer: closer * n) if closer == b"\xff" else (lambda n, closer=closer: closer)
        )
        cbor.loads(opener * 16 + ends(16))
        raises(ValueError, cbor.loads, opener * 17 + ends(17))
        raises(ValueError, cbor.loads, opener * 2000 + ends(2000))
    nested = 0
    for _ in range(16):
        nested = [nested]
    assert cbor.loads(cbor.dumps(nested)) == nested
    raises(ValueError, cbor.dumps, [nested])


def test_bytes_like_inputs_are_taken():
    assert cbor.loads(bytearray(b"\x43abc")) == b"abc"
    assert cbor.loads(memoryview(b"\x82\x63abc\x01")) == ["abc", 1]
    assert cbor.dumps([bytearray(b"a"), memoryview(b"b")]) == b"\x82\x41a\x41b"


def test_what_has_no_form_is_refused():
    for value in (object(), {1: object()}, cbor.Simple(24), cbor.Simple(256), cbor.Tagged(1, object())):
        raises(ValueError, cbor.dumps, value)


def test_huge_lengths_are_refused_before_anything_is_allocated():
    for initial in ("5b", "7b", "9b", "bb"):
        for length in ("7fffffffffffffff", "ffffffffffffffff", "0000000040000000"):
            raises(ValueError, cbor.loads, unhexlify(initial + length + "00"))
