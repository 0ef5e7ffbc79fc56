# SPDX-License-Identifier: MIT
"""ESC/POS: slips as bytes, status bytes as facts."""

from pos.drivers import escpos


def code(number):
    return {ord("元"): 0xD4AA, ord("¥"): 0xA3A4}.get(number, 0)


def test_chinese_goes_as_gb2312_and_the_unknown_as_a_question_mark():
    assert escpos.encode("A元¥é\n", code) == b"A\xd4\xaa\xa3\xa4??"


def test_a_line_carries_its_own_form():
    form = b"\x1ba\x01\x1d!\x11\x1bE\x01\x1b3\x3c"
    assert escpos.text_line("Hi", "centre", 2, True, code) == form + b"Hi\n"
    assert escpos.text_line("", "right", 1, False, code) == b"\x1ba\x02\x1d!\x00\x1bE\x00\x1b3\x1e\n"


def test_a_code_is_stored_then_printed():
    data = escpos.qr("abc")
    assert b"\x1d(k\x06\x001P0abc\x1d(k\x03\x001Q0" in data
    assert escpos.qr_dots("abc") == (21 + 8) * 5
    assert escpos.qr_dots("x" * 40) == (29 + 8) * 5


def test_status_bits():
    fine = escpos.status(0x12, 0x12, 0x12, 0x12)
    assert (fine.paper, fine.cover_open, fine.overheated, fine.online) == (True, False, False, True)
    assert not escpos.status(0x1A, 0x32, 0x12, 0x72).paper
    assert not escpos.status(0x1A, 0x32, 0x12, 0x72).online
    assert escpos.status(0x1A, 0x16, 0x12, 0x12).cover_open
    assert escpos.status(0x1A, 0x52, 0x52, 0x12).overheated
    assert escpos.status(0x12, 0x12, 0x12, 0x1E).paper_low


def test_answers_are_told_from_noise():
    assert escpos.is_status(0x12) and escpos.is_status(0x7E)
    assert not escpos.is_status(0x00) and not escpos.is_status(0xFF) and not escpos.is_status(0x41)
    assert escpos.is_sync(0x00) and escpos.is_sync(0x0F) and not escpos.is_sync(0x12)
