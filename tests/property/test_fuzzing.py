# SPDX-License-Identifier: MIT
"""The harness of the fuzz tests finds what it is for: foreign errors, quoted input, hangs, too many steps."""

import random

import pytest
from fuzz_targets import TARGETS
from fuzzing import COUNT, Grammar, Hang, changed, tried

GRAMMAR = Grammar(lambda dice: b"\x01ABCD", b"\x00\x01\xff", 8)
FEW = 2000
MADE_UP = {"lists", "atr"}  # what these begin with is not right in every part


def test_the_same_seed_gives_the_same_inputs_of_every_kind():
    inputs = list(GRAMMAR.inputs(1, FEW))
    assert inputs == list(GRAMMAR.inputs(1, FEW)) != list(GRAMMAR.inputs(2, FEW))
    assert b"" in inputs and b"\x01ABCD" in inputs and b"\x01ABD" in inputs and b"\x01A" in inputs
    assert COUNT >= 100_000 and len(set(inputs)) > FEW // 2


def test_what_is_mended_is_changed_all_the_same():
    grammar = GRAMMAR._replace(mended=lambda data: b"mended" + data)
    mended = [one for one in grammar.inputs(1, FEW) if one.startswith(b"mended")]
    assert FEW // 5 < len(mended) < FEW // 2 and any(one != b"mended\x01ABCD" for one in mended)


def test_taken_and_refused_are_counted_and_texts_kept():
    def parse(data):
        if data[:1] != b"\x01":
            raise ValueError("no one")

    tally = tried(parse, GRAMMAR.inputs(1, FEW))
    assert tally.taken + tally.refused == FEW and tally.taken > FEW // 3
    assert tally.texts == {"ValueError('no one')"}


def test_a_foreign_error_is_told_with_its_input():
    with pytest.raises(AssertionError, match="ff: IndexError"):
        tried(lambda data: data[1], [b"12", b"\xff"])


def test_an_error_that_quotes_its_input_is_told():
    def parse(data):
        raise ValueError(data.hex())

    with pytest.raises(AssertionError, match="quote"):
        tried(parse, GRAMMAR.inputs(1, FEW))


def test_a_hang_is_ended_and_its_input_told(monkeypatch):
    monkeypatch.setattr("fuzzing._LONGEST_S", 0.05)

    def parse(data):
        while data == b"\x02":
            pass

    with pytest.raises(Hang, match="02"):
        tried(parse, [b"\x01", b"\x02"])


def test_steps_beyond_what_the_length_allows_are_told(monkeypatch):
    monkeypatch.setattr("fuzzing._LOOK", 1)

    def parse(data):
        for _ in range(200 * len(data) ** 2):
            pass

    tried(parse, [bytes(2)])
    with pytest.raises(AssertionError, match="steps"):
        tried(parse, [bytes(40)])


def test_a_change_is_small_and_may_cut():
    dice = random.Random(5)
    sizes = {len(changed(dice, bytes(20), b"\x01")) for _ in range(FEW)}
    assert max(sizes) == 23 and min(sizes) == 0


@pytest.mark.parametrize("name", sorted(TARGETS.keys() - MADE_UP))
def test_each_parser_takes_what_is_right(name):
    parse, grammar, _ = TARGETS[name]
    dice = random.Random(6)
    for _ in range(FEW):
        parse(grammar.sound(dice))
