# SPDX-License-Identifier: MIT
"""Key blocks that another implementation wrapped."""

from hypothesis import given
from hypothesis import strategies as st
from psec import tr31 as peer

from pos.crypto import tr31

KEYS = st.sampled_from((16, 24, 32)).flatmap(lambda size: st.binary(min_size=size, max_size=size))
TEXTS = st.text(st.characters(min_codepoint=0x30, max_codepoint=0x39), max_size=40)


def wrapped(protection_key, key, **blocks):
    header = peer.Header("D", "B1", "A", "X", "00", "N")
    for name, text in blocks.items():
        header.blocks[name] = text
    return peer.wrap(protection_key, header, key)


@given(KEYS, KEYS, TEXTS, TEXTS)
def test_what_psec_wraps_is_unwrapped(protection_key, key, key_id, timestamp):
    header, got = tr31.unwrap(protection_key, wrapped(protection_key, key, IK=key_id, TS=timestamp))
    assert got == key
    assert (header.blocks["IK"], header.blocks["TS"]) == (key_id, timestamp)
