# SPDX-License-Identifier: MIT
"""Exchanges with a card: the four cases, chained answers, corrected lengths, and cards that break the rules."""

import asyncio
from binascii import hexlify

from card_script import ScriptedCard
from expect import raises, raises_async
from pos.cards import apdu
from pos.cards.errors import CardError, CardRemoved, CardSilent
from pos.compat import ticks_diff, ticks_ms


def test_the_four_cases_of_a_command():
    for words, wanted in (
        ((0x00, 0x84, 0, 0), "00840000"),
        ((0x00, 0x84, 0, 0, b"", 0), "0084000000"),
        ((0x00, 0x82, 0, 0, b"\x01\x02"), "00820000020102"),
        ((0x00, 0xA4, 4, 0, b"\x01\x02", 0), "00a4040002010200"),
    ):
        assert hexlify(apdu.command(*words)).decode() == wanted
    raises(CardError, apdu.command, 0, 0x88, 0, 0, bytes(256))


SELECT = apdu.command(0, 0xA4, 4, 0, b"\x01", 0)


async def exchanged(*exchanges, command=SELECT):
    card = ScriptedCard(exchanges)
    response = await apdu.exchange(card, command)
    assert card.finished()
    return response.sw, hexlify(response.data).decode()


async def test_an_answer_is_data_and_status_word():
    assert await exchanged(("00A40400010100", "01029000")) == (0x9000, "0102")
    assert await exchanged(("00A40400010100", "6A82")) == (0x6A82, "")


async def test_61xx_fetches_the_rest():
    assert await exchanged(
        ("00A40400010100", "6102"), ("00C0000002", "0102" + "6101"), ("00C0000001", "039000")
    ) == (
        0x9000,
        "010203",
    )


async def test_6cxx_sends_again_with_the_right_length():
    assert await exchanged(("00A40400010100", "6C02"), ("00A40400010102", "01029000")) == (0x9000, "0102")
    read = apdu.command(0, 0xB2, 1, 0x0C, b"", 0)
    assert await exchanged(("00B2010C00", "6C01"), ("00B2010C01", "019000"), command=read) == (0x9000, "01")
    bare = apdu.command(0, 0x84, 0, 0)
    assert await exchanged(("00840000", "6C01"), ("0084000001", "019000"), command=bare) == (0x9000, "01")


async def test_6cxx_after_61xx():
    told = (("00A40400010100", "6100"), ("00C0000000", "6C02"), ("00C0000002", "01029000"))
    assert await exchanged(*told) == (0x9000, "0102")


class Endless:
    waiting_time_ms = 1000

    def __init__(self, answer):
        self.answer, self.commands = answer, 0

    async def transmit(self, command):
        self.commands += 1
        return self.answer


async def test_f32_a_card_that_answers_61xx_or_6cxx_for_ever_is_left():
    for answer in (b"\x61\x10", b"\x6c\x10"):
        card = Endless(answer)
        error = await raises_async(CardError, apdu.exchange(card, b"\0\xa4\4\0\1\1\0"))
        assert error.reason == "endless" and card.commands == 8


async def test_f32_answers_too_short_or_too_long():
    for answer in (b"", b"\x90", bytes(257) + b"\x90\0", bytes(100) + b"\x61\x64"):
        error = await raises_async(CardError, apdu.exchange(Endless(answer), b"\0\xa4\4\0\1\1\0"))
        assert error.reason == "malformed"


async def test_f31_a_removed_card_is_told():
    error = await raises_async(CardRemoved, exchanged(("00A40400010100", None)))
    assert error.reason == "removed"


class Mute:
    waiting_time_ms = 10

    async def transmit(self, command):
        await asyncio.Event().wait()


async def test_f32_a_card_that_says_nothing_is_left_when_its_waiting_time_is_over():
    started = ticks_ms()
    error = await raises_async(CardSilent, apdu.exchange(Mute(), b"\0\xa4\4\0"))
    assert error.reason == "silent" and ticks_diff(ticks_ms(), started) < 1010


def test_f32_only_one_well_formed_template_is_taken():
    assert apdu.template(b"\x70\x02\x5a\x00", 0x70, 0x77)
    for wrong in (b"", b"\x5a\0", b"\x70\0\x70\0", b"\x70\1\x5a", b"\x70\2\x5a", b"\x77\3\x70\2\x5a"):
        raises(CardError, apdu.template, wrong, 0x70, 0x77)
