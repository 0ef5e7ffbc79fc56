# SPDX-License-Identifier: MIT
"""The font file: look-up, widths, printer codes, what is missing, what is not a font."""

from expect import raises
from pos.ui.font import Font
from pos.ui.text import columns, fit, wrap
from small_font import bitmap, small_font

RUNTIMES = {"test_measuring_text_leaves_nothing_behind": ("micropython", "micropython32")}


def font():
    return Font(small_font({"元": 0xD4AA, "交": 0xBDBB, "易": 0xD2D7}))


def test_glyphs_are_found_by_code_point():
    for char in "A~元易":
        width, bits = font().glyph(ord(char))
        assert bytes(bits[: 2 * width]) == bitmap(char), char
    assert font().width(ord("A")) == 8 and font().width(ord("元")) == 16


def test_what_is_missing_is_drawn_as_the_replacement_character():
    assert bytes(font().glyph(ord("猫"))[1]) == bytes(font().glyph(ord("\ufffd"))[1])
    assert bytes(font().glyph(ord("\U0001f600"))[1]) == bytes(font().glyph(ord("\ufffd"))[1])


def test_printer_codes():
    assert font().printer_code(ord("元")) == 0xD4AA
    assert font().printer_code(ord("A")) == 0 and font().printer_code(ord("猫")) == 0


def test_another_file_is_refused_with_the_next_step():
    for data in (b"", b"SPF2" + bytes(600), b"SPF1" + bytes(600)):
        assert "suanpan firmware font" in str(raises(ValueError, Font, data))


def test_lines_break_at_spaces_else_anywhere():
    assert wrap(font(), "the network is down", 10) == ["the", "network is", "down"]
    assert wrap(font(), "交易交易交", 4) == ["交易", "交易", "交"]
    assert wrap(font(), "abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert wrap(font(), "", 4) == [""]


def test_columns_and_cutting():
    assert columns(font(), "a交b") == 4
    assert fit(font(), "abcdef", 6) == "abcdef"
    assert columns(font(), fit(font(), "abcdefgh", 6)) <= 6
    assert fit(font(), "abcdefgh", 6)[-1] == "…"


def test_measuring_text_leaves_nothing_behind():
    """Each character taken out of a str would be interned for good on MicroPython."""
    import gc

    small = font()
    used = []
    for first in (0xE5, 0xE6, 0xE7):  # 200 characters each that were not seen before
        text = str(b"".join([bytes((first, 0x80 + i // 64, 0x80 + i % 64)) for i in range(200)]), "utf-8")
        wrap(small, text, 8)
        fit(small, text, 8)
        del text
        gc.collect()
        used.append(gc.mem_alloc())
    assert used[2] - used[1] < 400, used
