# SPDX-License-Identifier: MIT
"""The host's fast decoder of records and the device's own are one, on right records and on damaged ones."""

from hypothesis import given
from hypothesis import strategies as st

from pos.codec import earlier, records
from suanpan.host import layout


def either(read, body):
    try:
        return read(body)
    except ValueError:
        return ValueError


def by_the_device(body):
    schema, values = records.decode(body)
    return schema.as_dict(values)


def by_the_host(body):
    known = layout.of(body)
    if known is None:
        raise ValueError
    return known.read(body)


@st.composite
def bodies(draw):
    """A record of any kind with any bytes as its values, and sometimes a wrong byte or length."""
    schema = draw(st.sampled_from(records.ALL + earlier.ALL))
    body = bytearray(schema.pack(schema.values()))
    for at in draw(st.lists(st.integers(0, len(body) - 1), max_size=4)):
        body[at] = draw(st.integers(0, 255))
    return bytes(body[: draw(st.sampled_from([len(body)] * 9 + [len(body) - 1]))])


@given(bodies())
def test_both_decoders_say_the_same(body):
    assert either(by_the_host, body) == either(by_the_device, body)


@given(st.binary(max_size=300))
def test_both_decoders_refuse_the_same_junk(body):
    assert either(by_the_host, body) == either(by_the_device, body)
