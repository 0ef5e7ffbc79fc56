# SPDX-License-Identifier: MIT
# heap: 256k
"""PIN entry: masked, bounded, cancelled, done without; and nowhere in the memory of the process afterwards."""

import asyncio
import gc

from rig import Rig

from expect import raises_async
from pos.flows.abandoned import Abandoned
from pos.flows.pin import enter_pin
from process_memory import memory

RUNTIMES = {"test_s9_the_pin_is_nowhere_in_memory_afterwards": ("micropython",)}  # 32 bits cannot seek there
START = b"7391"  # of the PIN that the memory is searched for: never a whole one
REST = (5, 4, 8, 2)


async def entered(keys, rig=None, early="", **asked):
    """What PIN entry gives for keys pressed one after the other, `early` ones before the question."""
    rig = rig or Rig()
    for key in early.split():
        rig.board.keypad.put(key)
    task = asyncio.create_task(enter_pin(rig.terminal, 1234, **asked))
    await asyncio.sleep(0)
    for key in keys.split():
        rig.board.keypad.put(None if key == "NOBODY" else key)
    return await task


async def test_digits_come_masked_beside_the_amount():
    rig = Rig()
    pin = await entered("1 2 3 4 5 6 ENTER", rig)
    assert pin == bytearray((49, 50, 51, 52, 53, 54))
    assert "CNY 12.34" in rig.screen.texts[-1] and "******" in rig.screen.texts[-1]
    assert not [text for text in rig.screen.texts if "123" in text.replace("CNY 12.34", "")]


async def test_keys_pressed_before_the_question_do_not_count():
    assert await entered("1 2 3 4 ENTER", early="9 9 ENTER") == bytearray(b"1234")


async def test_clear_takes_everything_back():
    assert await entered("1 2 3 CLEAR 4 3 2 1 ENTER") == bytearray(b"4321")


async def test_too_short_is_said_and_more_than_twelve_do_not_fit():
    rig = Rig()
    assert await entered("1 2 3 ENTER 4 ENTER", rig) == bytearray(b"1234")
    assert [text for text in rig.screen.texts if "At least four digits" in text]
    assert await entered("1 2 3 4 5 6 7 8 9 0 1 2 3 00 ENTER") == bytearray(b"123456789012")


async def test_without_a_pin_only_where_that_is_allowed():
    assert await entered("ENTER", bypass=True) is None
    assert await entered("ENTER 1 2 3 4 ENTER") == bytearray(b"1234")


async def test_cancel_and_nobody_there():
    assert (await raises_async(Abandoned, entered("1 2 CANCEL"))).reason == "cancelled"
    assert (await raises_async(Abandoned, entered("1 2 NOBODY"))).reason == "timed_out"


async def test_the_last_try_and_a_wrong_one_are_said():
    for asked, said in (
        ({"tries": 1, "wrong": True}, "Last try"),
        ({"tries": 2, "wrong": True}, "Wrong PIN"),
    ):
        rig = Rig()
        await entered("1 2 3 4 ENTER", rig, **asked)
        assert said in rig.screen.texts[-5]


def copies():
    """How often the PIN stands in writable memory, in digits or as numbers, however it came there."""
    return sum(_in_page(page) for page in memory(piece=4096))


def _in_page(page):
    found, at = 0, page.find(START)
    while at >= 0:
        found += tuple([byte - 48 for byte in page[at + 4 : at + 8]]) == REST
        at = page.find(START, at + 1)
    return found


async def test_s9_the_pin_is_nowhere_in_memory_afterwards():
    rig = Rig()
    pin = await entered("7 3 9 1 5 4 8 2 ENTER", rig)
    assert copies() >= 1  # the search finds what is there
    for i in range(len(pin)):
        pin[i] = 0
    gc.collect()
    assert copies() == 0
