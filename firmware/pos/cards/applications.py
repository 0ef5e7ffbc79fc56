# SPDX-License-Identifier: MIT
"""The acquirer's applications as the kernels ask for them (EMV Book 1 section 12.3), out of a file line by line.

AIDs are held only while an application is chosen, and of all rows only the chosen one.
"""

from collections import namedtuple

from pos.cards.errors import CardError
from pos.compat import const

FILE = "/applications.jsonl"  # of the profile
_MOST_LINES, _MOST_BYTES = const(64), const(1024)
_END = const(1 << 20)  # of what is read for the rest of a line that is too long
Entry = namedtuple("Entry", "aid partial kernel at")


def read(file):
    """(number, where it begins, values or ParameterError) of each line that says something, of an open binary file."""
    from pos.cards.parameters import ParameterError

    number = at = 0
    while True:
        line = file.readline(_MOST_BYTES)
        number, begin, at = number + 1, at, at + len(line)
        if not line:
            return
        if number > _MOST_LINES:
            yield number, begin, ParameterError("", "one line too many: %d fit" % _MOST_LINES)
            return
        if line.strip():
            yield number, begin, _judged(line)
        # The rest of one that is too long.
        while at < _END and len(line) == _MOST_BYTES and line[-1:] != b"\n":
            line = file.readline(_MOST_BYTES)
            at += len(line)


def _judged(line):
    from pos.cards.parameters import ParameterError, values

    try:
        if len(line) == _MOST_BYTES:
            raise ParameterError("", "longer than %d bytes" % (_MOST_BYTES - 1))
        return values(line)
    except ParameterError as error:
        return error


class Applications:
    """Of one way, contact or contactless, on one day, "YYYYMMDD"; a faulty line counts as absent."""

    def __init__(self, path, way, today):
        self._path, self._way, self._today = path, way, today

    def entries(self, fits=None):
        """[Entry, …] in the order of the file; `fits(row)` tells which of them."""
        from pos.cards.parameters import row

        found = []
        try:
            with open(self._path, "rb") as file:
                for _, at, values in read(file):
                    if self._counts(values) and (fits is None or fits(row(values))):
                        found.append(Entry(values["aid"], values["partial"], values["kernel"], at))
        except OSError:  # told at start (parameter_faults.py)
            pass
        return found

    def row(self, entry):
        """All that the file says of it. CardError: another file has taken its place."""
        from pos.cards.parameters import row

        found = None
        try:
            with open(self._path, "rb") as file:
                file.seek(entry.at)
                found = _judged(file.readline(_MOST_BYTES))
        except OSError:
            pass
        if not self._counts(found) or found["aid"] != entry.aid:
            raise CardError("unsupported")
        return row(found)

    def _counts(self, values):
        if not isinstance(values, dict) or values["way"] != self._way:
            return False
        return values["from"] <= self._today <= values["until"]
