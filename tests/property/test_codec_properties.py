# SPDX-License-Identifier: MIT
"""Codecs on random input: round trips, agreement with cbor2, and nothing but ValueError on rubbish."""

import contextlib
import math

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.cards.track import parse_track1, parse_track2
from pos.codec import cbor, cose, messages, records
from pos.codec.schema import Schema

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 64), (1 << 64) - 1)
    | st.floats(allow_nan=False)
    | st.binary(max_size=40)
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
)
KEYS = st.integers(-(1 << 64), (1 << 64) - 1) | st.text(st.characters(exclude_categories=("Cs",)), max_size=9)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)
FIELD_TYPES = ("u8", "u16", "u32", "u64", "text1", "text7", "text40", "bytes1", "bytes20")


def deep(value):
    if isinstance(value, list):
        return 1 + max(map(deep, value), default=0)
    if isinstance(value, dict):
        return 1 + max(map(deep, value.values()), default=0)
    return 0


@given(VALUES.filter(lambda value: deep(value) <= 16))
def test_what_is_dumped_is_loaded_and_cbor2_agrees(value):
    encoded = cbor.dumps(value)
    assert cbor.loads(encoded) == value == cbor2.loads(encoded)
    assert cbor.loads(cbor2.dumps(value)) == value
    assert encoded == cbor2.dumps(value, canonical=True) or isinstance(value, dict) or "{" in repr(value)
    for size in range(len(encoded)):
        with pytest.raises(ValueError):
            cbor.loads(encoded[:size])


@given(st.dictionaries(KEYS, st.integers(), max_size=8))
def test_maps_are_sorted_by_encoded_key(value):
    encoded = cbor.dumps(value)
    keys = [cbor2.dumps(key) for key in cbor2.loads(encoded)]
    assert keys == sorted(keys)


@given(st.floats() | st.floats(width=16) | st.floats(width=32))
def test_floats_take_their_shortest_form(number):
    encoded = cbor.dumps(number)
    assert encoded == cbor2.dumps(number, canonical=True)
    assert cbor.loads(encoded) == number or math.isnan(number)


def only_value_error(function, *arguments):
    with contextlib.suppress(ValueError, cose.MacError):
        function(*arguments)


@given(st.binary(max_size=200))
def test_f19_rubbish_is_a_value_error(raw):
    for parse in (cbor.loads, records.decode, messages.parse_batch, messages.parse_down, cose.mac0_parts):
        only_value_error(parse, raw)
    only_value_error(cose.open_mac0, bytes(32), raw, b"up")
    only_value_error(cose.open_encrypt0, bytes(16), raw, b"card")


@given(VALUES)
def test_f19_wellformed_rubbish_is_a_value_error(value):
    raw = cbor2.dumps(value)
    for parse in (records.decode, messages.parse_batch, messages.parse_down, cose.mac0_parts):
        only_value_error(parse, raw)


@given(st.integers(0, 10_000), st.data())
def test_f19_flipped_messages_are_a_value_error(position, data):
    raw = bytearray(cose.mac0(bytes(32), messages.receipt("T1", 1, 5, ((7, 9),), 1700000000), b"T1", b"down"))
    raw[position % len(raw)] ^= data.draw(st.integers(1, 255))
    only_value_error(cose.open_mac0, bytes(32), raw, b"down")


def value_of(type_name):
    if type_name[0] == "u":
        return st.integers(0, (1 << int(type_name[1:])) - 1)
    if type_name.startswith("bytes"):
        return st.binary(min_size=int(type_name[5:]), max_size=int(type_name[5:]))
    size = int(type_name[4:])
    text = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=size)
    return text.filter(lambda value: len(value.encode()) <= size)


@given(st.lists(st.sampled_from(FIELD_TYPES), max_size=22), st.integers(0, 255), st.data())
def test_any_schema_round_trips_and_is_valid_cbor(types, kind, data):
    fields = " ".join(["kind:u8"] + [f"f{i}:{name}" for i, name in enumerate(types)])
    schema = Schema("any", kind, fields)
    values = [kind] + [data.draw(value_of(name)) for name in types]
    encoded = schema.pack(values)
    assert len(encoded) == schema.size and schema.unpack_from(encoded) == values
    plain = [item.rstrip("\0") if isinstance(item, str) else item for item in cbor2.loads(encoded)]
    assert plain == values


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=90))
def test_track_rubbish_is_a_value_error(text):
    only_value_error(parse_track1, text)
    only_value_error(parse_track2, text)


PAN = st.text("0123456789", min_size=8, max_size=19)
MONTH = st.builds("{:02d}{:02d}".format, st.integers(0, 99), st.integers(1, 12))


@given(PAN, MONTH, st.text("0123456789", min_size=3, max_size=3), st.text("0123456789", max_size=8))
def test_every_well_formed_track2_parses(pan, expiry, service_code, discretionary):
    parsed = parse_track2(f";{pan}={expiry}{service_code}{discretionary}?")
    assert parsed == (pan, expiry, service_code, discretionary)
