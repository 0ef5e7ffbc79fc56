# SPDX-License-Identifier: MIT
"""One piece of work, two ways of doing it, in one device script: instructions by callgrind, else microseconds."""

import callgrind
from figures import Figure, median, ratio
from launcher import run

ROUNDS, REPEATS = 2000, 5


def figure(name: str, script: str, ways: tuple[str, str], reach: str, limit: str, note: str) -> Figure:
    """`ways` are WHAT of the script: ours, and the peer's."""
    if callgrind.available():
        counter = callgrind.Counter(script, few=20, many=220)
        ours, theirs = map(counter.per_round, ways)
        return Figure(name, "instructions", ours, theirs, ratio(theirs, ours), reach, limit, note)
    ours, theirs = (median(times(script, what)) for what in ways)
    return Figure(name, "us", ours, theirs, ratio(theirs, ours), reach, limit, f"{note}; wall time")


def times(script: str, what: str) -> list[float]:
    return [run("micropython", script, what, str(ROUNDS))["us"] for _ in range(REPEATS)]
