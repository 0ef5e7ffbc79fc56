# SPDX-License-Identifier: MIT
"""TLV of a card's record of 178 bytes against a parser that cuts slices off its input.

Instructions by callgrind where it is installed, else microseconds.
"""

import callgrind
from figures import Figure, median, ratio
from launcher import run

SCRIPT = "tlv.py"
ROUNDS, REPEATS = 2000, 5
COUNTER = callgrind.Counter(SCRIPT, few=20, many=220)


def figures() -> list[Figure]:
    name = "TLV of 178 bytes vs slices"
    nothing = run("micropython", SCRIPT, "scan", "1")["nothing_allocated"]
    note = "nothing allocated" if nothing else "allocates"
    if callgrind.available():
        ours, theirs = COUNTER.per_round("scan"), COUNTER.per_round("slices")
        return [Figure(name, "instructions", ours, theirs, ratio(theirs, ours), "≥ 30", "44", note)]
    ours, theirs = (median(times(what)) for what in ("scan", "slices"))
    return [Figure(name, "us", ours, theirs, ratio(theirs, ours), "≥ 30", "44", f"{note}; wall time")]


def times(what: str) -> list[float]:
    return [run("micropython", SCRIPT, what, str(ROUNDS))["us"] for _ in range(REPEATS)]
