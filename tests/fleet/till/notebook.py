# SPDX-License-Identifier: MIT
"""What the terminal told its cashier, kept beside the journal by somebody else: one JSON object per line, durable."""

import json

from pos.compat import durable


class Notebook:
    """Only ever grows. `lines` counts what earlier power-ons left."""

    def __init__(self, path):
        self.lines = _count(path)
        self._file = open(path, "a")  # noqa: SIM115 - open as long as the terminal is on
        self._file.write("\n")  # ends a line in which the last one died

    def note(self, **facts):
        """Durable on return."""
        self.lines += 1
        self._file.write(json.dumps(facts) + "\n")
        durable(self._file)


def _count(path):
    try:
        with open(path) as file:
            return sum(1 for _ in file)
    except OSError:
        return 0
