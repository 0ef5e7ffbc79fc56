# SPDX-License-Identifier: MIT
"""Structured log: one JSON object per line on standard output, `event` and its facts.

Invariant 7 at the source: a run of twelve or more digits keeps its last four only, whoever logged it.
"""

import json
import sys

_RUN = 12


def redact(text):
    """`text` with every run of twelve or more digits cut down to its last four; allocates only if there is one."""
    out, start, run = "", 0, 0
    for i in range(len(text) + 1):
        if i < len(text) and "0" <= text[i] <= "9":
            run += 1
            continue
        if run >= _RUN:
            out += text[start : i - run] + "****" + text[i - 4 : i]
            start = i
        run = 0
    return out + text[start:] if start else text


class Log:
    """Writes events to `out`, or to the standard output."""

    def __init__(self, clock, out=None):
        self._clock = clock
        self._out = out

    def event(self, name, **facts):
        """One line; values are text, whole numbers, flags or None."""
        facts["event"], facts["at_s"] = name, self._clock.now()
        for key, value in facts.items():
            if isinstance(value, str):
                facts[key] = redact(value)
        out = self._out or sys.stdout
        json.dump(facts, out)
        out.write("\n")

    def failure(self, name, error, **facts):
        """An event for an exception: its type and its own words."""
        self.event(name, error=type(error).__name__, detail=str(error), **facts)
