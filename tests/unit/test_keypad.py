# SPDX-License-Identifier: MIT
"""Matrix keypad: debounce, one key at a time, stuck keys, the queue (FAULTS.md F35)."""

from pos.drivers.keypad import Keypad
from wire import FakeMatrix

ONE, TWO, ENTER, NOTHING = (1, 0), (1, 1), (4, 3), (3, 3)


class Bench:
    def __init__(self):
        self.matrix, self.ms = FakeMatrix(), 0
        self.keypad = Keypad(self.matrix, now=lambda: self.ms)

    def scans(self, closed, count=4):
        self.matrix.closed = closed
        for _ in range(count):
            self.keypad.scan()
            self.ms += 10

    def keys(self):
        names = [name for _, name in self.keypad._queue]
        self.keypad.clear()
        return names


def test_a_press_counts_once_however_long():
    bench = Bench()
    bench.scans([ONE], 50)
    bench.scans([])
    bench.scans([ENTER])
    assert bench.keys() == ["1", "ENTER"]


def test_bounce_is_not_a_press():
    bench = Bench()
    for _ in range(5):
        bench.scans([ONE], 1)
        bench.scans([], 1)
    assert bench.keys() == []
    bench.scans([ONE], 2)
    bench.scans([], 1)
    bench.scans([ONE], 4)
    bench.scans([], 1)
    bench.scans([ONE], 2)
    bench.scans([], 4)
    assert bench.keys() == ["1"]


def test_two_keys_at_once_count_as_none_until_both_are_open():
    bench = Bench()
    bench.scans([ONE, TWO])
    bench.scans([TWO])
    assert bench.keys() == []
    bench.scans([])
    bench.scans([TWO])
    assert bench.keys() == ["2"]


def test_a_second_key_beside_a_held_one_does_not_count():
    bench = Bench()
    bench.scans([ONE])
    bench.scans([ONE, TWO])
    bench.scans([TWO])
    bench.scans([])
    assert bench.keys() == ["1"]


def test_a_stuck_key_is_named_and_the_others_go_on():
    bench = Bench()
    bench.scans([ONE], 900)
    assert bench.keypad.stuck is None
    bench.scans([ONE], 200)
    assert bench.keypad.stuck == "1"
    bench.scans([ONE, TWO])
    bench.scans([ONE])
    assert bench.keys() == ["1", "2"]
    bench.scans([])
    assert bench.keypad.stuck is None
    bench.scans([ONE])
    assert bench.keys() == ["1"]


def test_a_position_without_a_key_is_nothing():
    bench = Bench()
    bench.scans([NOTHING])
    assert bench.keys() == []


def test_the_queue_is_bounded_and_counts_what_it_drops():
    bench = Bench()
    for _ in range(20):
        bench.keypad.inject("1")
    assert len(bench.keys()) == 16 and bench.keypad.dropped == 4


async def test_key_gives_injected_keys_in_order_then_times_out():
    bench = Bench()
    bench.ms = 77
    bench.keypad.inject("UP")
    bench.keypad.inject("DOWN")
    assert await bench.keypad.stroke(10) == (77, "UP")
    assert await bench.keypad.key(10) == "DOWN"
    assert await bench.keypad.key(1) is None
