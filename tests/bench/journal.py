# SPDX-License-Identifier: MIT
"""The journal against littlefs on the same counted flash: erases, bytes programmed, instructions of an append.

Counts, not times, so one run says it. Ours include the delivered mark: a cursor frame for each receipt.
"""

import callgrind
from figures import Figure, ratio
from launcher import run

SCRIPT = "journal.py"
ROUNDS = 2000
FEW, MANY = 100, 500  # for instructions: rotations are in the difference
OURS = {
    "journal": "a receipt for each 4 records",
    "receipt-each": "a receipt for each record",
}


def figures() -> list[Figure]:
    theirs = run("micropython", SCRIPT, "littlefs", str(ROUNDS))
    found = [figure for what in OURS for figure in flash(what, theirs)]
    return found + instructions()


def flash(what: str, theirs: dict) -> list[Figure]:
    ours, note = run("micropython", SCRIPT, what, str(ROUNDS)), f"{OURS[what]}; peer without any mark"
    made = []
    for name, key, unit, reach, limit in (
        ("erases per durable record vs littlefs", "erases", "erases", "≥ 15", "21"),
        ("bytes programmed per record vs littlefs", "programmed", "bytes", "≥ 8", "11.6"),
    ):
        mine, peer = ours[key] / ROUNDS, theirs[key] / ROUNDS
        made.append(Figure(name, unit, mine, peer, ratio(peer, mine), reach, limit, note))
    return made


def instructions() -> list[Figure]:
    name, reach, limit = "instructions per durable append vs littlefs", "≥ 25", "53"
    if not callgrind.available():
        return [Figure(name, "instructions", None, None, None, reach, limit, "needs valgrind")]
    counter = callgrind.Counter(SCRIPT, FEW, MANY)
    mine, peer = counter.per_round("journal"), counter.per_round("littlefs")
    return [Figure(name, "instructions", mine, peer, ratio(peer, mine), reach, limit, "callgrind")]
