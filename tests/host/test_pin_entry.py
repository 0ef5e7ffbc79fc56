# SPDX-License-Identifier: MIT
"""What the simulator records of a PIN entry, and how it finds a digit on a scrambled keypad."""

import pytest

from suanpan.simulator.pin_entry import asks, scrambled, told

ENTRY = "●  04:39           SIMULATOR\nPIN\nCNY 12.34\nEnter PIN\n7   4    1\n5   0    3\n9   8    2\n6\n■ Back    ■ OK"
AMOUNT = "●  04:39\nSale\nCNY 0.12\nEnter amount"


def test_s9_digits_of_a_pin_are_recorded_as_stars():
    assert [told(key, ENTRY) for key in ("1", "00", "ENTER", "CLEAR", "CANCEL")] == [
        "*",
        "*",
        "ENTER",
        "CLEAR",
        "CANCEL",
    ]
    assert told("1", AMOUNT) == "1"


@pytest.mark.parametrize(
    "line",
    ["PIN", "密码", "Enter PIN, or OK without one", "请输入密码", "Wrong PIN: once more", "最后一次机会"],
)
def test_s9_a_pin_is_asked_for_in_either_language_while_a_part_of_the_screen_is_drawn(line):
    assert asks("●  04:39\n" + line + "\n****")


def test_a_decline_for_a_wrong_pin_does_not_ask_for_one():
    assert not asks("DECLINED\nWrong PIN\nCode 55") and not asks("PIN tries exceeded") and not asks("")


def test_the_keypad_is_read_when_it_is_whole():
    assert scrambled(ENTRY) == "7415039826"
    assert scrambled(ENTRY.replace("5   0    3\n", "")) == "", "half drawn"
    assert scrambled(ENTRY.replace("5   0    3", "5   0    1")) == "", "half of an earlier one"
    assert scrambled(AMOUNT) == ""
