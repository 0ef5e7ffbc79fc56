# SPDX-License-Identifier: MIT
"""What the operator keys in, as flows: keys in, answer or end out."""

from expect import raises_async
from pos.drivers.keypad import Keypad
from pos.ui.input import Cancelled, Input, InputTimeout
from pos.ui.view import View


class Screen:
    capacity = 3

    def __init__(self):
        self.views = []

    def show(self, view):
        self.views.append(view)

    def last(self):
        return [r.text for r in self.views[-1].rows]


class Buzzer:
    def __init__(self):
        self.beeps = []

    def beep(self, kind):
        self.beeps.append(kind)


def make(keys):
    keypad, screen, buzzer = Keypad(None), Screen(), Buzzer()
    for key in keys.split():
        keypad.inject(key)
    return Input(screen, keypad, buzzer), screen, buzzer


async def test_amounts_enter_from_the_right():
    ask, screen, buzzer = make("1 2 3 00 CLEAR 4 ENTER")
    assert await ask.amount("Sale") == 12304
    assert [v.rows[1].text for v in screen.views] == [
        "CNY 0.00", "CNY 0.01", "CNY 0.12", "CNY 1.23", "CNY 123.00", "CNY 12.30", "CNY 123.04",
    ]  # fmt: skip
    assert "error" not in buzzer.beeps


async def test_the_key_that_woke_the_terminal_counts():
    ask, screen, buzzer = make("5 ENTER")
    assert await ask.amount("Sale", first="2") == 25


async def test_zero_and_too_many_digits_are_refused_with_a_beep():
    ask, screen, buzzer = make("ENTER 9 9 9 9 9 9 9 9 9 9 9 ENTER")
    assert await ask.amount("Sale") == 9999999999
    assert buzzer.beeps.count("error") == 2


async def test_cancel_and_silence_end_the_question():
    ask, screen, buzzer = make("1 CANCEL")
    assert not isinstance(await raises_async(Cancelled, ask.amount("Sale")), InputTimeout)
    await raises_async(InputTimeout, ask.amount("Sale", timeout_ms=1))


async def test_digits_have_a_shortest_and_a_longest():
    ask, screen, buzzer = make("ENTER 1 2 CLEAR 3 4 5 ENTER")
    assert await ask.digits("Voucher", shortest=3, longest=3) == "134"
    assert buzzer.beeps.count("error") == 2


async def test_choice_by_digit_and_by_arrows():
    for keys, choice in (("2", 1), ("DOWN DOWN ENTER", 2), ("UP ENTER", 4), ("9 ENTER", 0)):
        ask, screen, buzzer = make(keys)
        assert await ask.choose("Menu", ["a", "b", "c", "d", "e"]) == choice, keys


async def test_a_long_menu_scrolls_with_the_choice():
    ask, screen, buzzer = make("DOWN DOWN DOWN ENTER")
    await ask.choose("Menu", ["a", "b", "c", "d", "e"])
    assert screen.last() == ["3 c", "4 d", "5 e"]
    assert [r.style for r in screen.views[-1].rows] == ["normal", "inverse", "normal"]


async def test_yes_no_and_silence():
    view = View("Sure?")
    ask, screen, buzzer = make("1 ENTER")
    assert await ask.confirm(view) is True and buzzer.beeps.count("error") == 1
    ask, screen, buzzer = make("CANCEL")
    assert await ask.confirm(view) is False
    await raises_async(InputTimeout, ask.confirm(view, timeout_ms=1))
