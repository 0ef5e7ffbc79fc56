# SPDX-License-Identifier: MIT
"""Time from the swipe to APPROVED on the screen of the whole terminal, less one round trip of 100 ms.

Runs approval.yaml through `suanpan sim run` on `micropython` and reads its events.jsonl.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from figures import Figure, median

SCENARIO = Path(__file__).with_suffix(".yaml")
ROUND_TRIP_MS = 100
LIMIT_S = 180
NAME = "approval beyond one round trip"


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        words = ["sim", "run", str(SCENARIO), "--runtime", "micropython", "--out", folder]
        program = "from suanpan.cli import main; main()"
        try:
            done = subprocess.run(
                [sys.executable, "-c", program, *words], capture_output=True, text=True, timeout=LIMIT_S
            )
            reason = "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["failed"])[-1]
        except subprocess.TimeoutExpired:
            reason = f"no end within {LIMIT_S} s"
        if reason:
            return [figure(None, f"not measured: {reason}")]
        events = [json.loads(line) for line in (Path(folder) / "events.jsonl").read_text().splitlines()]
    times = approvals(events)
    return [figure(median(times) - ROUND_TRIP_MS, f"median of {len(times)}, swipe to screen")]


def figure(ours: float | None, note: str) -> Figure:
    return Figure(NAME, "ms", ours, None, None, "≤ 60 ms", "0", note)


def approvals(events: list[dict]) -> list[float]:
    """Milliseconds from each swipe to the first screen that says APPROVED after it."""
    found, swiped = [], None
    for event in events:
        data = event["data"]
        if event["kind"] == "input" and "swipe" in data:
            swiped = event["t_ms"]
        elif event["kind"] == "screen" and swiped is not None and "APPROVED" in data["text"]:
            found.append(float(event["t_ms"] - swiped))
            swiped = None
    return found
