# SPDX-License-Identifier: MIT
"""FAULTS F1: the application itself loses its power at every program and erase of its flash, and again after that.

docs/power-cuts.md says what is cut, how a write is torn and what must hold. One process for each runtime.
"""

import json
import os
import subprocess
import time
from pathlib import Path

import pytest

from suanpan.errors import Failure
from suanpan.runtime.launch import launch

SCRIPT = Path(__file__).with_name("power_cuts.py")
NEW_EPOCH = Path(__file__).with_name("new_epoch_cuts.py")
SALE_KEYS = Path(__file__).with_name("sale_key_cuts.py")
REFUNDS = Path(__file__).with_name("refund_cuts.py")
KEY_REGISTER = Path(__file__).with_name("dukpt_cuts.py")
LONG = "SUANPAN_LONG" in os.environ
HEAP = "8m"  # every cut keeps what the world was; the heap is no subject here
LIMIT_S = 6 * 3600 if LONG else 700
YIELDING = ("nice", "-n", "10")  # to the tests beside it, which wait for one another by the clock
ROUNDS = {"cpython": 2, "micropython": 2, "micropython32": 1}
LONG_ROUNDS = {"cpython": 40, "micropython": 10, "micropython32": 6}
LEAST_OF_REFUNDS = 1200
LEAST = 3300  # cut points of a round; thorough ones have six times as many
WAYS = {"nothing", "whole", "first half", "all but one byte", "random bits", "second half"}


def swept(runtime, script=SCRIPT, words=()):
    words = (*words, *(("thorough",) if LONG else ()))
    if script is SCRIPT:
        words = (str((LONG_ROUNDS if LONG else ROUNDS)[runtime]), *words)
    try:
        started = launch(runtime, script, words, HEAP)
    except Failure as failure:
        pytest.skip(f"{runtime}: {failure}")
    done = subprocess.run(
        [*YIELDING, *started.argv], env=started.env, capture_output=True, text=True, timeout=LIMIT_S
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.fault("F1")
@pytest.mark.timeout(LIMIT_S + 20)
@pytest.mark.parametrize("runtime", ROUNDS)
def test_no_power_cut_loses_or_doubles_anything(runtime, record_property):
    began = time.monotonic()
    found = swept(runtime)
    seconds = time.monotonic() - began
    record_property("power cuts", f"{runtime:<14} {summary(found)}, {seconds:.0f} s")
    rounds = (LONG_ROUNDS if LONG else ROUNDS)[runtime]
    assert found["violations"] == 0, "\n".join(found["examples"])
    assert found["cut_points"] >= LEAST * rounds * (5 if LONG else 1)
    assert found["erases"] >= 2 * rounds, "every story must go through a rotation"
    assert set(found["tears"]) == WAYS and min(found["tears"].values()) * 8 > found["cut_points"]


def harmless(runtime, script, what, least, record_property, words=()):
    """What a sweep of `script` found: at least so many cuts, and no violation."""
    found = swept(runtime, script, words)
    record_property("power cuts", f"{runtime:<14} {found['cut_points']} cuts {what}")
    assert found["violations"] == 0, "\n".join(found["examples"])
    assert found["cut_points"] >= least
    return found


def summary(found):
    return (
        f"{found['cut_points']} cuts in {len(found['tears'])} ways ({found['nested']} of them after a cut), "
        f"{found['violations']} violations"
    )


@pytest.mark.fault("F6")
@pytest.mark.timeout(LIMIT_S + 20)
@pytest.mark.parametrize("runtime", ROUNDS)
def test_no_power_cut_between_two_epochs_loses_anything(runtime, record_property):
    harmless(runtime, NEW_EPOCH, "between two epochs", 900 * (5 if LONG else 1), record_property)


@pytest.mark.fault("F1")
@pytest.mark.timeout(LIMIT_S + 20)
@pytest.mark.parametrize("runtime", ROUNDS)
def test_no_power_cut_brings_a_used_key_back(runtime, record_property):
    least = 1200 * (4 if LONG else 1)
    found = harmless(runtime, KEY_REGISTER, "of the register of DUKPT keys", least, record_property)
    assert set(found["tears"]) == WAYS


@pytest.mark.fault("F1")
@pytest.mark.timeout(LIMIT_S + 20)
@pytest.mark.parametrize("runtime", ROUNDS)
def test_no_power_cut_seals_two_cards_under_one_key(runtime, record_property):
    """Twice in a row on the fastest runtime alone, unless there is time."""
    words, least = (("twice",), 1500 * (4 if LONG else 1)) if LONG or runtime == "cpython" else ((), 130)
    harmless(runtime, SALE_KEYS, "of sales under DUKPT keys", least, record_property, words)


@pytest.mark.fault("F1")
@pytest.mark.timeout(LIMIT_S + 20)
@pytest.mark.parametrize("runtime", ROUNDS)
def test_no_power_cut_gives_back_more_than_was_paid_or_keeps_any_of_it(runtime, record_property):
    found = harmless(runtime, REFUNDS, "of refunds", LEAST_OF_REFUNDS * (4 if LONG else 1), record_property)
    assert set(found["tears"]) == WAYS
