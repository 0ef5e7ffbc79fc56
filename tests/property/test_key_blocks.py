# SPDX-License-Identifier: MIT
"""Key blocks that another implementation wrapped, and 100 000 that nobody did."""

import random

from hypothesis import given
from hypothesis import strategies as st
from psec import tr31 as peer

from pos.crypto import tr31

KEYS = st.sampled_from((16, 24, 32)).flatmap(lambda size: st.binary(min_size=size, max_size=size))
TEXTS = st.text(st.characters(min_codepoint=0x30, max_codepoint=0x39), max_size=40)
FUZZED = 100_000
CHARACTERS = "0123456789ABCDEFDKIPBS -+_éZ"


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


def test_no_input_breaks_the_parser():
    """Changed, cut and lengthened blocks, with the length made right for half of them: ValueError or a header."""
    dice = random.Random(31)
    block = wrapped(bytes(16), bytes(16), IK="1234567890123456")
    refused = 0
    for _ in range(FUZZED):
        text = list(block)
        for _ in range(dice.randrange(1, 6)):
            at = dice.randrange(len(text))
            text[at : at + dice.randrange(2)] = dice.choices(CHARACTERS, k=dice.randrange(3))
        changed = "".join(text)
        if dice.random() < 0.5:
            changed = f"D{len(changed):04d}{changed[5:]}"
        try:
            header, end = tr31.parse(changed)
            assert end % 16 == 0 and end <= len(changed) and isinstance(header, tr31.Header)
        except ValueError:
            refused += 1
    assert FUZZED // 4 < refused < FUZZED
