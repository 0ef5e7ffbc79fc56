# SPDX-License-Identifier: MIT
"""AES-CMAC of 200 bytes against the pseudocode of RFC 4493 in plain Python, both on the runtime's own AES.

Instructions by callgrind where it is installed, else microseconds.
"""

import callgrind
from figures import Figure, median, ratio
from launcher import run

SCRIPT = "cmac.py"
ROUNDS, REPEATS = 2000, 5
COUNTER = callgrind.Counter(SCRIPT, few=20, many=220)
NAME = "CMAC of 200 bytes vs RFC 4493 in plain Python"


def figures() -> list[Figure]:
    note = f"{run('micropython', SCRIPT, 'ours', '1')['allocated']} bytes allocated"
    if callgrind.available():
        ours, theirs = COUNTER.per_round("ours"), COUNTER.per_round("textbook")
        return [Figure(NAME, "instructions", ours, theirs, ratio(theirs, ours), "≥ 18", "24", note)]
    ours, theirs = (median(times(what)) for what in ("ours", "textbook"))
    return [Figure(NAME, "us", ours, theirs, ratio(theirs, ours), "≥ 18", "24", f"{note}; wall time")]


def times(what: str) -> list[float]:
    return [run("micropython", SCRIPT, what, str(ROUNDS))["us"] for _ in range(REPEATS)]
