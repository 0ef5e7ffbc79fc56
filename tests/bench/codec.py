# SPDX-License-Identifier: MIT
"""Typed record encode and decode against micropython-lib's cbor2 and against our own generic CBOR.

Instructions by callgrind where it is installed, else microseconds. The sales differ as a day's sales do.
"""

import callgrind
import peers
from figures import Figure, median, ratio
from launcher import run

SCRIPT = "codec.py"
ROUNDS, REPEATS = 2000, 5
COUNTER = callgrind.Counter(SCRIPT, few=32, many=128)
TEXTS = {"decode-new": "every text new", "decode-same": "no text new"}
REACH = {"encode": ("≥ 12", "17"), "decode": ("≥ 8", "16")}


def figures() -> list[Figure]:
    found = []
    for what in REACH:
        found += [
            against(what, "cbor2", f"peer-{what}"),
            against(what, "own generic CBOR", f"generic-{what}"),
        ]
    found += [texts(word, name) for word, name in TEXTS.items()]
    found.append(allocation())
    return found


def against(what: str, peer: str, peer_word: str) -> Figure:
    reach, limit = REACH[what] if peer == "cbor2" else ("", "")
    name = f"sale record {what} vs {peer}"
    if peer == "cbor2" and not peers.has("cbor2"):
        return Figure(name, "", None, None, None, reach, limit, "peer absent: PEERS=folder with cbor2")
    if callgrind.available():
        ours, theirs = COUNTER.per_round(what), COUNTER.per_round(peer_word)
        return Figure(name, "instructions", ours, theirs, ratio(theirs, ours), reach, limit, "callgrind")
    ours, theirs = times(what, peer_word)
    return Figure(name, "us", ours, theirs, ratio(theirs, ours), reach, limit, "no valgrind: wall time")


def texts(word: str, name: str) -> Figure:
    mine = COUNTER.per_round(word) if callgrind.available() else None
    return Figure(f"decode, {name}", "instructions", mine, None, None, "", "", "callgrind")


def allocation() -> Figure:
    said = run("micropython", SCRIPT, "encode", "10")
    return Figure("bytes allocated per encode", "bytes", float(said["allocated"]), None, None, "0", "0")


def times(what: str, peer_word: str) -> tuple[float, float]:
    """Interleaved medians in microseconds."""
    ours, theirs = [], []
    for _ in range(REPEATS):
        ours.append(run("micropython", SCRIPT, what, str(ROUNDS), peer=True)["us"])
        theirs.append(run("micropython", SCRIPT, peer_word, str(ROUNDS), peer=True)["us"])
    return median(ours), median(theirs)
