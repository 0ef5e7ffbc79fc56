# SPDX-License-Identifier: MIT
"""The journal against littlefs on flash of the same class: erases, bytes programmed, instructions of an append.

Wear is counted in one run, instructions in another, on flash that counts nothing. Counts, not times, so one run says
it. Ours include validation and encoding, the frame, reading back, the hash chain and the share of opening blocks.
"""

import callgrind
from figures import Figure, ratio
from launcher import run

SCRIPT = "journal.py"
ROUNDS = 1900  # as many as fit without a receipt
FEW, MANY = 100, 500  # for instructions: opened blocks are in the difference
OURS = {
    "journal": "a receipt for each 4 records",
    "receipt-each": "a receipt for each record",
}
APPENDS = {
    "append": ("instructions per durable append vs littlefs", "record alone"),
    "journal": ("instructions, append and a quarter of a receipt", OURS["journal"]),
}
PARTS = {
    "encode": "checks and encoding",
    "seal": "CRC and head",
    "program": "program and read back",
    "device": "of that, the flash in memory",
    "chain": "hash chain (SHA-256)",
}


def figures() -> list[Figure]:
    theirs = run("micropython", SCRIPT, "littlefs", "counted", str(ROUNDS))
    found = [figure for what in OURS for figure in flash(what, theirs)]
    return found + instructions(theirs["calls"] / ROUNDS)


def flash(what: str, theirs: dict) -> list[Figure]:
    ours = run("micropython", SCRIPT, what, "counted", str(ROUNDS))
    note = f"{OURS[what]}; peer without any mark"
    made = []
    for name, key, unit, reach, limit in (
        ("erases per durable record", "erases", "erases", "≥ 15", "21"),
        ("bytes programmed per record", "programmed", "bytes", "≥ 8", "11.6"),
    ):
        name += " vs littlefs" if what == "journal" else ", a receipt each"
        mine, peer = ours[key] / ROUNDS, theirs[key] / ROUNDS
        made.append(Figure(name, unit, mine, peer, ratio(peer, mine), reach, limit, note))
    return made


def instructions(calls: float) -> list[Figure]:
    reach, limit = "≥ 25", "53"
    if not callgrind.available():
        name, note = APPENDS["append"][0], "needs valgrind"
        return [Figure(name, "instructions", None, None, None, reach, limit, note)]
    counter = callgrind.Counter(SCRIPT, FEW, MANY, "plain")
    peer, found = counter.per_round("littlefs"), []
    for what, (name, note) in APPENDS.items():
        mine = counter.per_round(what)
        note += f"; peer: {calls:.0f} calls of the flash"
        found.append(Figure(name, "instructions", mine, peer, ratio(peer, mine), reach, limit, note))
    for what, name in PARTS.items():
        found.append(Figure(f"append: {name}", "instructions", counter.per_round(what), None, None, "", ""))
    return found
