# SPDX-License-Identifier: MIT
"""Whatever comes over a wire: drivers give what was sent or say that they cannot, and never something else."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boards.sim.chips.glyphs import Glyphs
from boards.sim.chips.reading import Picture, read
from boards.sim.chips.st7789 import VirtualST7789
from boards.sim.chips.stripe import swipe
from pos.compat import mapped
from pos.drivers.gm65 import Acknowledge
from pos.drivers.magstripe import StripeDecoder, StripeError
from pos.ui.font import Font
from pos.ui.paint_colour import ColourPainter
from pos.ui.text import columns, fit, wrap
from suanpan.firmware.font import font_file

TRACK1 = st.text("".join(chr(c) for c in range(0x20, 0x60) if chr(c) not in "%?"), min_size=2, max_size=76)
TRACK2 = st.text("0123456789:<=>", min_size=1, max_size=37)


@pytest.fixture(scope="module")
def path() -> Path:
    return font_file()


@pytest.fixture(scope="module")
def glyphs(path):
    return Glyphs(path)


@pytest.fixture(scope="module")
def font(path):
    return Font(mapped(path))


def decode(sent):
    """All swipes in a stream, StripeError standing for one that cannot be used."""
    decoder, results = StripeDecoder(), []
    for byte in sent:
        if decoder.feed(byte):
            try:
                results.append(decoder.result())
            except StripeError as error:
                results.append(error)
    return results


@given(TRACK1, TRACK2)
def test_what_is_swiped_is_read(track1, track2):
    (result,) = decode(swipe(track1, track2, None, random.Random(0)))
    assert (result.track1, result.track2) == (track1, track2)


@given(TRACK2, st.data())
def test_one_changed_character_is_never_read_as_another_card(track2, data):
    sent = bytearray(swipe(None, track2, None, random.Random(0)))
    place = data.draw(st.integers(0, len(sent) - 2))
    sent[place] = data.draw(st.integers(0, 255).filter(lambda byte: byte != sent[place]))
    for result in decode(sent):
        assert isinstance(result, StripeError) or result.track2 in (None, track2)


@given(st.binary(max_size=300), TRACK2)
def test_a_swipe_after_any_noise_and_a_pause_is_read(noise, track2):
    decoder = StripeDecoder()
    for byte in noise:
        if decoder.feed(byte):
            decoder.reset()
    decoder.reset()  # what the reader does when the line falls silent
    assert [r.track2 for r in decode(swipe(None, track2, None, random.Random(0)))] == [track2]


@given(st.binary(max_size=60).filter(lambda noise: 2 not in noise))
def test_an_answer_is_found_behind_any_noise(noise):
    answer = Acknowledge()
    assert [answer.feed(byte) for byte in noise + b"\x02\x00\x00\x01\x00\x33\x31"][-1] is True


@settings(deadline=None)
@given(st.text(st.sampled_from("ab 交易-。"), max_size=60), st.integers(2, 28))
def test_wrapped_lines_fit_and_lose_only_spaces(font, text, width):
    lines = wrap(font, text, width)
    assert all(columns(font, line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert columns(font, fit(font, text, width)) <= width


@settings(deadline=None)  # a busy machine is no fault of the font
@given(st.integers(0, 2**32), st.integers(1, 2), st.sampled_from([(0x0000, 0xFFFF), (0xFFFF, 0x1234)]))
def test_any_glyphs_in_any_two_colours_read_back(glyphs, font, seed, scale, colours):
    """Except box drawing and blocks, where the parts of one glyph look like another one beside a space."""
    plain = [char for char in sorted(set(glyphs.by_rows.values())) if not "\u2500" <= char <= "\u259f"]
    chars = random.Random(seed).sample(plain, 6)
    painter, chip = ColourPainter(font, 240), VirtualST7789(240, 32, lambda: glyphs)
    for y in range(0, 32, painter.rows):
        painter.band([(0, 0, 240, 32, colours[1]), (8, 0, "".join(chars), scale, *colours)], y)
        chip.memory[y * 480 : (y + painter.rows) * 480] = painter.buffer
    assert read(Picture(bytes(chip.memory), 240, 32, 2), glyphs) == "".join(chars)
