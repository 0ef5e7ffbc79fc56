# SPDX-License-Identifier: MIT
"""Every seeded bug still fits the sources; a few are caught here, all of them by `make mutations`."""

import importlib.util
import sys
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("mutations_main", Path(__file__).with_name("__main__.py"))
assert _spec and _spec.loader
mutations = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = mutations
_spec.loader.exec_module(mutations)

SAMPLE = (
    "sent-is-retired",
    "no-answer-not-reversed",
    "nothing-committed",
    "torn-tail-written-over",
    "used-key-kept",
    "tamper-leaves-a-block",
)
CATALOGUE = {bug.name: bug for bug in mutations.catalogue()}


def test_there_are_at_least_thirty():
    assert len(CATALOGUE) >= 30


@pytest.mark.parametrize("name", CATALOGUE)
def test_the_text_that_is_replaced_is_there_once_and_leaves_a_program(name):
    for file, old, new in CATALOGUE[name].places:
        text = (mutations.ROOT / file).read_text(encoding="utf-8")
        assert text.count(old) == 1
        compile(text.replace(old, new), file, "exec")  # else any run would "find" it


def test_the_page_tells_of_each_bug_and_that_it_is_found():
    (result,) = mutations.RESULT.findall(mutations.PAGE.read_text(encoding="utf-8"))
    told = [line.rsplit(" | ", 1) for line in result.splitlines()]
    verdicts = [mutations.Verdict(bug, True, "", 0) for bug in CATALOGUE.values()]
    assert [line[0] for line in told] == [line.rsplit(" | ", 1)[0] for line in mutations.told(verdicts)]
    assert not any("not found" in line[-1] for line in told)


@pytest.mark.parametrize("name", SAMPLE)
def test_it_is_caught(name):
    verdict = mutations.judged(CATALOGUE[name], count=300, jobs=1)
    assert verdict.caught, verdict.rule


@pytest.mark.parametrize(
    ("name", "said"), [("sent-is-retired", "simulation: 25 schedules"), ("tamper-leaves-a-block", "3 passed")]
)
def test_sound_sources_are_not_accused(name, said):
    sound = CATALOGUE[name]._replace(new=CATALOGUE[name].old)
    verdict = mutations.judged(sound, count=25, jobs=1)
    assert not verdict.caught and verdict.rule.startswith(said)
