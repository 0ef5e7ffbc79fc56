# SPDX-License-Identifier: MIT
"""The order of a scrambled keypad: every one equally likely, as far as the random bytes are."""

from pos.flows.scramble import scrambled

DIGITS = b"1234567890"


class Seeded:
    """Bytes of a linear congruential generator (Numerical Recipes), its high ones."""

    def __init__(self, seed):
        self.state = seed

    def __call__(self, count):
        found = bytearray()
        for _ in range(count):
            self.state = (self.state * 1664525 + 1013904223) & 0xFFFFFFFF
            found.append(self.state >> 24)
        return bytes(found)


class Scripted:
    """These bytes, one after the other."""

    def __init__(self, drawn):
        self.drawn = list(drawn)

    def __call__(self, count):
        return bytes([self.drawn.pop(0) for _ in range(count)])


def test_each_digit_comes_to_each_place_equally_often():
    source, seen, rounds = Seeded(20251122), [[0] * 10 for _ in range(10)], 3000
    for _ in range(rounds):
        for place, digit in enumerate(scrambled(source)):
            seen[place][DIGITS.index(bytes((digit,)))] += 1
    wanted = rounds / 10
    for counts in seen:
        chi2 = sum([(count - wanted) ** 2 / wanted for count in counts])
        assert chi2 < 30, counts  # nine degrees of freedom: 27.9 is exceeded once in a thousand


def test_every_order_of_the_last_three_choices_is_equally_likely():
    """All 6 ways of the last two draws, none twice: nothing is lost or doubled by the swapping."""
    untouched = [9, 8, 7, 6, 5, 4, 3]  # each of the first seven draws leaves its digit where it is
    found = [bytes(scrambled(Scripted(untouched + [two, one]))) for two in range(3) for one in range(2)]
    assert len(set(found)) == 6 and {order[3:] for order in found} == {DIGITS[3:]}


def test_bytes_that_would_favour_small_numbers_are_drawn_anew():
    # 250 to 255 are no part of whole tens; 252 is the first that is none of whole nines.
    source = Scripted([255, 250, 249, 252, 251, 7, 6, 5, 4, 3, 2, 1])
    found = scrambled(source)
    assert sorted(found) == sorted(DIGITS) and not source.drawn


def test_the_order_can_be_overwritten():
    assert isinstance(scrambled(Seeded(1)), bytearray)
