# SPDX-License-Identifier: MIT
"""Applications as a simulated terminal has them from the start, and any rows held in memory in their place."""

import json

from own_file import own_file
from pos.cards import applications, parameters

PATH = own_file("applications.jsonl")
STANDARD = "host_tools/suanpan/provision/applications.jsonl"


class Held:
    """Rows as pos.cards.applications gives them, without a file."""

    def __init__(self, rows):
        self._rows = rows

    def entries(self, fits=None):
        return [row for row in self._rows if fits is None or fits(row)]

    def row(self, entry):
        return entry


def standard(way):
    """Every row of the standard file for contact or contactless."""
    with open(STANDARD, "rb") as file:
        return [parameters.row(found) for _, _, found in applications.read(file) if found["way"] == way]


def lines(way, **changes):
    """Each line of the standard file for `way` as a dict, with these values instead."""
    found = []
    with open(STANDARD) as file:
        for line in file:
            given = json.loads(line)
            if given["way"] == way:
                given.update(changes)
                found.append(given)
    return found


def written(rows, path=PATH):
    """Path of a file with these lines: dicts, or bytes as they stand."""
    with open(path, "wb") as file:
        for row in rows:
            file.write((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n")
    return path
