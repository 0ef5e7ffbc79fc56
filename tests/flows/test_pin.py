# SPDX-License-Identifier: MIT
# heap: 256k
"""PIN entry: masked, bounded, cancelled, done without; and nowhere in the memory of the process afterwards."""

import asyncio
import gc

from edges import LOOK_MS
from rig import Rig

from expect import raises_async
from pos.compat import sleep_ms
from pos.flows.abandoned import Abandoned
from pos.flows.pin import enter_pin
from process_memory import memory

SEEKS = ("micropython",)  # 32 bits cannot seek there
RUNTIMES = {
    "test_s9_the_pin_is_nowhere_in_memory_afterwards": SEEKS,
    "test_s9_a_scrambled_pin_is_nowhere_either": SEEKS,
}
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


PLACES = "1234567890"


def scrambled(draws=b"\0"):
    """A Rig with the option; the bytes in `draws` come round as its random ones."""
    rig, taken = Rig(pin_scrambled=True), []

    def entropy(count):
        taken.append(0)
        return bytes((draws[len(taken) % len(draws)],) * count)

    rig.board.entropy = entropy
    return rig


async def by_places(digits, rig, **asked):
    """(PIN, the keypad as it was) when the keys are pressed where `digits` stand; "C" is CLEAR."""
    task = asyncio.create_task(enter_pin(rig.terminal, 1234, **asked))
    await asyncio.sleep(0)
    keys = rig.screen.keys
    shown = bytes(keys)
    for digit in digits:
        rig.board.keypad.put("CLEAR" if digit == "C" else PLACES[shown.index(digit.encode())])
        await sleep_ms(2 * LOOK_MS)
        assert bytes(rig.screen.keys) == shown, "the digits stay where they are in one entry"
    rig.board.keypad.put("ENTER")
    pin = await task
    assert bytes(keys) == bytes(10), "the order is overwritten"
    return pin, shown


async def test_scrambled_digits_are_pressed_where_they_stand_and_the_order_is_forgotten():
    rig = scrambled()
    pin, shown = await by_places("1234567890", rig)
    assert pin == bytearray(b"1234567890") and sorted(shown) == sorted(PLACES.encode())
    assert shown != PLACES.encode() and not rig.screen.keys, "afterwards they are as on the keys"
    assert not [text for text in rig.screen.texts if "123" in text.replace("CNY 12.34", "")]
    assert "**********" in rig.screen.texts[-1]


async def test_each_entry_has_an_order_of_its_own_that_clear_does_not_change():
    rig = scrambled(draws=bytes((7, 91, 33, 200, 14, 58, 121)))
    first, second = await by_places("12C4321", rig), await by_places("4321", rig, wrong=True)
    assert first[0] == second[0] == bytearray(b"4321") and first[1] != second[1]


async def test_the_order_is_overwritten_too_when_nobody_goes_on():
    for last in ("CANCEL", None):
        rig = scrambled()
        task = asyncio.create_task(enter_pin(rig.terminal, 1234))
        await asyncio.sleep(0)
        keys = rig.screen.keys
        rig.board.keypad.put(last)
        await raises_async(Abandoned, task)
        assert bytes(keys) == bytes(10)


async def test_digits_stay_on_their_keys_unless_that_is_wanted():
    rig = Rig()
    assert await entered("1 2 3 4 ENTER", rig) == bytearray(b"1234") and not rig.screen.keys


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


async def test_s9_a_scrambled_pin_is_nowhere_either():
    rig = scrambled(draws=bytes((7, 91, 33, 200, 14, 58, 121)))
    pin = await by_places(["7", "3", "9", "1", "5", "4", "8", "2"], rig)
    assert copies() >= 1
    for i in range(len(pin[0])):
        pin[0][i] = 0
    gc.collect()
    assert copies() == 0
