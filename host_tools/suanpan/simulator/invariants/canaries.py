# SPDX-License-Identifier: MIT
"""Invariant 7: no account number, track, payment code, PIN or key in anything that the run left (FAULTS S9, S11)."""

from functools import lru_cache

from suanpan.canaries import Canary, Search
from suanpan.simulator.invariants.evidence import Complaints, Evidence


def nothing_in_clear(evidence: Evidence) -> Complaints:
    """Every file, in every form, with what is packed in it."""
    yield from map(str, _search(tuple(evidence.canaries)).files(evidence.files))


@lru_cache(maxsize=4)
def _search(canaries: tuple[Canary, ...]) -> Search:
    """The simulation looks for the same ones in every run."""
    return Search(canaries)
