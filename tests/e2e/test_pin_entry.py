# SPDX-License-Identifier: MIT
"""S9: the artefacts of a sale with a PIN show where the digits stood, and not which keys were pressed."""

import json

import pytest
from scenarios import SCENARIOS, run

from suanpan.simulator.pin_entry import asks, scrambled

PATHS = {path.stem: path for path in SCENARIOS}


def entries(out):
    """Keys and screens of each PIN entry: ([key, …], {keypad, …})."""
    found, screen = [], ""
    for event in map(json.loads, (out / "events.jsonl").read_text(encoding="utf-8").splitlines()):
        if event["kind"] == "screen":
            screen = event["data"]["text"]
            if asks(screen):
                found[-1][1].add(scrambled(screen))
        elif event["kind"] == "input" and "insert" in event["data"] or event["data"] == {"key": "ENTER"}:
            found.append(([], set()))
        elif event["kind"] == "input" and asks(screen):
            found[-1][0].append(event["data"].get("key"))
    return [(keys, keypads) for keys, keypads in found if keys]


@pytest.mark.parametrize("name", ["chip-pin", "chip-pin-scrambled"])
def test_s9_a_record_of_a_pin_entry_has_no_digit_of_it(name):
    summary, out = run(PATHS[name], "micropython")
    assert summary["outcome"] == "ok", summary["failed_step"]
    found = entries(out)
    assert [keys for keys, _ in found] == [["*"] * 4] * 2
    keypads = [keypads - {""} for _, keypads in found]
    if name == "chip-pin":
        assert keypads == [set(), set()]
    else:
        assert [len(one) for one in keypads] == [1, 1] and keypads[0] != keypads[1], (
            "one order for each entry"
        )
