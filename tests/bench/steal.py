# SPDX-License-Identifier: MIT
"""Tries in which a hypervisor kept the cores to itself: their gaps are the machine's, not the application's."""

import os
from pathlib import Path

MOST_MS = 50


def stolen_ms() -> float:
    """For how long, ever, all cores together (proc(5), /proc/stat); 0 where nobody counts it."""
    try:
        steal = Path("/proc/stat").read_text().split(maxsplit=9)[8]
    except OSError:
        return 0
    return int(steal) * 1000 / os.sysconf("SC_CLK_TCK")


def undisturbed(tries: list[tuple[float, float]]) -> tuple[list[float], str]:
    """(gaps, what the note says of the rest) out of (gap, stolen) in ms; all of them when each was disturbed."""
    kept = [gap for gap, stolen in tries if stolen < MOST_MS]
    disturbed = len(tries) - len(kept)
    said = f"; {disturbed} of {len(tries)} tries disturbed by the machine" if disturbed else ""
    return kept or [gap for gap, _ in tries], said
