# SPDX-License-Identifier: MIT
"""How delivery is kept: a cursor frame for each receipt (ours) against a mark in place on the record (peer).

Marks in place are an experiment of this benchmark only: flash encryption does not allow them (docs/journal.md).
"""

import callgrind
from figures import Figure, ratio
from launcher import run

SCRIPT, ROUNDS, FEW, MANY = "marks.py", 4000, 160, 640
RECEIPTS = {1: "a receipt for each record", 16: "a receipt for each 16 records"}
COUNTED = {"erases": "erases", "programmed": "bytes", "programs": "programs"}


def figures() -> list[Figure]:
    counter = callgrind.Counter(SCRIPT, FEW, MANY)
    return [figure for per_receipt in RECEIPTS for figure in compared(per_receipt, counter)]


def compared(per_receipt: int, counter: callgrind.Counter) -> list[Figure]:
    words, note = [f"{how}-{per_receipt}" for how in ("cursor", "mark")], RECEIPTS[per_receipt]
    ours, theirs = (run("micropython", SCRIPT, word, str(ROUNDS)) for word in words)
    found = [
        made(what, unit, ours[what] / ROUNDS, theirs[what] / ROUNDS, note) for what, unit in COUNTED.items()
    ]
    if callgrind.available():
        mine, peer = (counter.per_round(word) for word in words)
        found.append(made("instructions", "instructions", mine, peer, note + ", callgrind"))
    return found


def made(what: str, unit: str, ours: float, peer: float, note: str) -> Figure:
    name = f"{what} per record, cursor frame vs mark in place"
    return Figure(name, unit, ours, peer, ratio(peer, ours), "", "", note)
