# SPDX-License-Identifier: MIT
"""Structured log: one JSON object per line on standard output, `event` and its facts.

Invariant 7 at the source: a run of twelve or more digits keeps its last four only, whoever logged it.
"""

import json
import sys

_RUN = 12


def redact(text):
    """`text` with every run of twelve or more digits cut down to its last four."""
    out, run = [], []
    for c in text + "\0":
        if "0" <= c <= "9":
            run.append(c)
            continue
        out.append("".join(run) if len(run) < _RUN else "****" + "".join(run[-4:]))
        run = []
        out.append(c)
    return "".join(out)[:-1]


class Log:
    """Writes events to `out`, or to the standard output."""

    def __init__(self, clock, out=None):
        self._clock = clock
        self._out = out

    def event(self, name, **facts):
        """One line; values are text, whole numbers, flags or None."""
        line = {"event": name, "at_s": self._clock.now()}
        for key, value in facts.items():
            line[key] = redact(value) if isinstance(value, str) else value
        (self._out or sys.stdout).write(json.dumps(line) + "\n")

    def failure(self, name, error, **facts):
        """An event for an exception: its type and its own words."""
        self.event(name, error=type(error).__name__, detail=str(error), **facts)
