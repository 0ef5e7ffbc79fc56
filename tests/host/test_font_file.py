# SPDX-License-Identifier: MIT
"""The font file, read as docs/font.md says a device reads it."""

import struct

import pytest

from suanpan.errors import Failure
from suanpan.firmware import font


@pytest.fixture(scope="module")
def data():
    try:
        return font.font_file().read_bytes()
    except Failure as failure:
        pytest.skip(f"unifont: {failure}")


def look_up(data, character):
    """(printer code, width, bitmap) by page table and binary search; None if absent."""
    code = ord(character)
    low, high = struct.unpack_from(">HH", data, 16 + 2 * (code >> 8))
    while low < high:
        middle = (low + high) // 2
        found, printer, width, bitmap = font.RECORD.unpack_from(data, 530 + 38 * middle)
        if found == code:
            return printer, width, bitmap
        low, high = (middle + 1, high) if found < code else (low, middle)
    return None


def test_header(data):
    magic, count, height, size = font.HEADER.unpack_from(data)
    assert (magic, height, size, len(data)) == (b"SPF1", 16, 38, 530 + 38 * count)


def test_every_gb2312_character_has_its_glyph_and_code(data):
    table = font.gb2312()
    assert len(table) == 7445
    for code, printer in table.items():
        assert look_up(data, chr(code))[0] == printer


@pytest.mark.parametrize("character", "Aé€¥☑☐→│┌✓⚠\ufffd")
def test_what_the_screens_use_is_there(data, character):
    assert look_up(data, character)


def test_widths_and_rows(data):
    printer, width, bitmap = look_up(data, "A")
    assert (printer, width, bitmap[16:]) == (0, 8, bytes(16))
    assert look_up(data, "金")[:2] == (0xBDF0, 16)
    assert any(look_up(data, "金")[2][16:])


def test_yen_sign_is_printable(data):
    assert look_up(data, "¥")[0] == 0xA3A4


def test_unknown_character_is_absent(data):
    assert look_up(data, "\u0f00") is None


def test_same_input_same_file():
    bitmaps = {code: bytes(32) for code in [*font.gb2312(), *font.PRINTER_CODES, 0xFFFD]}
    assert font.encode(bitmaps) == font.encode(dict(reversed(bitmaps.items())))


def test_a_font_with_holes_is_refused():
    with pytest.raises(Failure, match="no glyph"):
        font.encode({0xFFFD: bytes(32)})
