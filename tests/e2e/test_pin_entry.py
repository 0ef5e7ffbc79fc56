# SPDX-License-Identifier: MIT
"""S9: the artefacts of a sale with a PIN show where the digits stood, and not which keys were pressed."""

import json

import pytest
from scenarios import SCENARIOS, run

from suanpan.simulator.pin_entry import scrambled

PATHS = {path.stem: path for path in SCENARIOS}


def events(out, kind):
    found = map(json.loads, (out / "events.jsonl").read_text(encoding="utf-8").splitlines())
    return [event["data"] for event in found if event["kind"] == kind]


@pytest.mark.parametrize(("name", "orders"), [("chip-pin", 0), ("chip-pin-scrambled", 2)])
def test_s9_a_record_of_a_pin_entry_has_no_digit_of_it(name, orders):
    summary, out = run(PATHS[name], "micropython")
    assert summary["outcome"] == "ok", summary["failed_step"]
    inputs = events(out, "input")
    inserted = next(at for at, event in enumerate(inputs) if "insert" in event)
    assert [event.get("key") for event in inputs[inserted + 1 : -1]] == [*"****", "ENTER"] * 2
    keypads = {scrambled(screen["text"]) for screen in events(out, "screen")} - {""}
    assert min(len(keypads), 2) == orders, "one for each entry, which the pictures show; or half of each"
