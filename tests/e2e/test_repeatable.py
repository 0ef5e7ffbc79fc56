# SPDX-License-Identifier: MIT
"""One seed, one sequence of events: a scenario that is run twice tells the same story (DESIGN section 5).

Compared per kind, without times of day: kinds come from processes that run at the same time. Not compared: screens,
of which one that another follows at once may not be drawn at all, and tones, which a slow machine joins.
"""

import json
import re

import pytest
from scenarios import SCENARIOS, run

KINDS = ("input", "step", "voice", "slip", "record", "power", "network", "alarm")
TIMES = re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d(:\d\d)?")


def story(out):
    """{kind: [data …]} of a run, its times of day blanked."""
    told = {kind: [] for kind in KINDS}
    for line in (out / "events.jsonl").read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        if event["kind"] in told:
            told[event["kind"]].append(TIMES.sub("TIME", json.dumps(event["data"], ensure_ascii=False)))
    return told


@pytest.mark.parametrize("name", ["approved", "offline-then-sync", "power-cut-3"])
def test_the_same_seed_tells_the_same_story(name):
    (path,) = [path for path in SCENARIOS if path.stem == name]
    first, second = (story(run(path, "micropython", seed=7)[1]) for _ in range(2))
    for kind in KINDS:
        assert first[kind] == second[kind], kind
