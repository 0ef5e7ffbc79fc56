# SPDX-License-Identifier: MIT
"""The wall clock of a Unix board: lost, wrong, put right by the host; its floor (FAULTS F10)."""

import time

import pytest

from boards.unix.clock import Clock

BUILT_S = 1_767_225_600
HOST_S = 1_800_000_000
YEAR_2036_S = 2_082_758_400

pytestmark = pytest.mark.fault("F10")


@pytest.fixture
def clock(monkeypatch):
    """A board that starts in 1970; `clock.system` is its time."""
    made = Clock()
    made.system = 5.0
    monkeypatch.setattr(time, "time", lambda: made.system)
    return made


def test_a_clock_that_was_lost_says_when_it_was_built(clock):
    assert clock.now() == BUILT_S


def test_the_host_sets_it_right_and_it_goes_on(clock):
    clock.learn(HOST_S)
    clock.system += 60
    assert clock.now() == HOST_S + 60


def test_a_jump_back_does_not_go_behind_what_the_host_said(clock):
    clock.learn(HOST_S)
    clock.system -= 3600
    assert clock.now() == HOST_S
    clock.control({"clock_set_s": 0})
    assert clock.now() == HOST_S


def test_what_the_host_said_before_the_start_is_the_floor_and_no_more(clock):
    clock.not_before(HOST_S)
    assert clock.now() == HOST_S
    clock.system = HOST_S + 60.0
    clock.not_before(5)
    assert clock.now() == HOST_S + 60


def test_a_jump_to_2036_is_taken_back_by_the_host(clock):
    clock.control({"clock_set_s": YEAR_2036_S})
    assert clock.now() == YEAR_2036_S
    clock.learn(HOST_S)
    assert clock.now() == HOST_S


def test_a_clock_behind_what_a_record_holds_counts_as_lost(clock):
    clock.control({"clock_set_s": 1 << 32})
    assert clock.now() == BUILT_S
    clock.control({"clock_set_s": (1 << 32) - 1})
    assert clock.now() == (1 << 32) - 1


def test_a_floor_from_a_host_that_was_ahead_goes_with_its_next_word(clock):
    clock.not_before(YEAR_2036_S)
    assert clock.now() == YEAR_2036_S
    clock.learn(HOST_S)
    clock.system += 60
    assert clock.now() == HOST_S + 60


def test_a_host_without_time_does_not_undercut_the_build(clock):
    clock.learn(1)
    assert clock.now() == BUILT_S
