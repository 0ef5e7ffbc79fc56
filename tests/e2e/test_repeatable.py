# SPDX-License-Identifier: MIT
"""One seed, one sequence of events: a scenario that is run twice tells the same story (DESIGN section 5).

What docs/simulator.md says under "What repeats": compared per kind, because kinds come from processes that run at the
same time, without times of day and without the enciphered card, which takes a fresh nonce.
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
    return {**told, **_left(out)}


def _left(out):
    """What the run left: journal, slips and the host's rows."""
    lines = (out / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    records = [{**json.loads(line), "at_s": 0, "card": ""} for line in lines]
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    kept = {name: summary[name] for name in ("outcome", "failed_step", "receipts", "host", "alarms")}
    return {"journal.jsonl": records, **{name: TIMES.sub("TIME", json.dumps(kept[name])) for name in kept}}


@pytest.mark.parametrize("name", ["approved", "offline-then-sync", "power-cut-3"])
def test_the_same_seed_tells_the_same_story(name):
    (path,) = [path for path in SCENARIOS if path.stem == name]
    first, second = (story(run(path, "micropython", seed=7)[1]) for _ in range(2))
    assert first.keys() == second.keys()
    for kind in first:
        assert first[kind] == second[kind], kind
