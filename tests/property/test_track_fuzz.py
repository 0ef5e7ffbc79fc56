# SPDX-License-Identifier: MIT
"""100 000 inputs each for tracks: as text, as the reader sends them, as a chip has them (docs/fuzzing.md)."""

import re

import pytest
from fuzzing import COUNT, Grammar, Target, fuzzed

from pos.cards.chip_details import parsed
from pos.cards.track import parse_track1, parse_track2
from pos.drivers.magstripe import StripeDecoder, StripeError

pytestmark = [pytest.mark.fault("F32"), pytest.mark.fault("F33"), pytest.mark.fault("S9")]
MONTH = "[0-9]{2}(?:0[1-9]|1[0-2])"
TEXT = "[ -$&->@-\\]_]"  # of track 1, without its sentinels and separators
TRACK1 = re.compile(rf"%?(B([0-9]{{8,19}})\^({TEXT}{{2,26}})\^({MONTH})([0-9]{{3}})({TEXT}*))\??")
TRACK2 = re.compile(rf";?(([0-9]{{8,19}})=({MONTH})([0-9]{{3}})([0-9]*))\??")


def digits(dice, least, most):
    return "".join(dice.choices("0123456789", k=dice.randint(least, most)))


def expiry(dice):
    return f"{dice.randrange(100):02}{dice.randint(1, 12):02}{dice.randrange(1000):03}"


def track1(dice):
    name = dice.choice(("CARD/TEST", "A B"))
    return f"%B{digits(dice, 8, 19)}^{name}^{expiry(dice)}{digits(dice, 0, 9)}?".encode()


def track2(dice):
    return f";{digits(dice, 8, 19)}={expiry(dice)}{digits(dice, 0, 10)}?".encode()


def sent(track, base):
    """With the LRC character that ends it."""
    check = 0
    for byte in track:
        check ^= byte - base
    return track + bytes((check + base,))


RIGHT = sent(b";6250941234560014=30121010000000000000?", 0x30) + b"\r"


def swiped(dice):
    first = sent(track1(dice), 0x20) if dice.random() < 0.2 else b""
    return first + sent(track2(dice), 0x30) + b"\r"


def equivalent(dice):
    """Tag 57."""
    text = track2(dice).decode()[1:-1].replace("=", "D")
    return bytes.fromhex(text + "F" * (len(text) % 2))


def wellformed(expression, longest, text):
    """What the track is in the eyes of a regular expression, as the parser's tuple; None when it is none."""
    found = expression.fullmatch(text)
    return found.groups()[1:] if found and len(found[1]) <= longest else None


def as_expressed(parse, expression, longest):
    def compared(data):
        text = data.decode("latin-1")
        expected = wellformed(expression, longest, text)
        try:
            assert tuple(parse(text)) == expected
        except ValueError:
            assert expected is None
            raise

    return compared


def swipe(data):
    """Swipes are read or told, within the decoder's bounds, and a right one is read afterwards (by one in eight)."""
    decoder = StripeDecoder()
    try:
        for byte in data:
            if decoder.feed(byte):
                decoder.result()
    finally:
        assert all(len(track._data) <= track._limit for track in decoder._tracks)
        decoder.reset()
        assert len(data) % 8 or [decoder.feed(byte) for byte in RIGHT][-1]
        assert len(data) % 8 or decoder.result().track2 == RIGHT[1:-3].decode()


TARGETS = {
    "track 1": Target(as_expressed(parse_track1, TRACK1, 76), Grammar(track1, b"%B^?0123456789 /A;\\]_`")),
    "track 2": Target(as_expressed(parse_track2, TRACK2, 37), Grammar(track2, b";=?0123456789%:<\xb2")),
    "tag 57": Target(parsed, Grammar(equivalent, b"\x12\x90\xd1\x0d\xff\xaf\x00")),
    "swipe": Target(swipe, Grammar(swiped, b"%;?\r0123456789B^=E \xff\x00"), (StripeError,)),
}


@pytest.mark.parametrize("name", ["track 1", "track 2", "tag 57"])
def test_any_track_is_as_the_expression_says_or_refused_without_its_digits(name):
    tally = fuzzed(TARGETS[name], 2)
    assert tally.taken > COUNT // 20 and tally.refused > COUNT // 4
    assert not [text for text in tally.texts if re.search("[0-9]{2}", text)]


def test_any_bytes_of_the_reader_are_swipes_or_told():
    tally = fuzzed(TARGETS["swipe"], 4)
    assert tally.taken > COUNT // 20 and tally.refused > COUNT // 20
    assert tally.texts == {f"StripeError('stripe: {reason}')" for reason in ("lrc", "parity", "framing")}
