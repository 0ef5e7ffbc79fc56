# SPDX-License-Identifier: MIT
"""Finds canaries in bytes, files and folders: in every form of forms.py, in all that is packed in them.

Also finds a mask that shows more of a number than the first six and the last four digits, in a log the last four.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from suanpan.canaries.canary import Canary, distinct
from suanpan.canaries.containers import inside
from suanpan.canaries.forms import Views, needles, readings

_MASK = re.compile(rb"[*x\xe2\x80\xa2]{3,}")  # stars, crosses or bullets
_BEFORE, _BEHIND = re.compile(rb"\d*$"), re.compile(rb"^\d*")
_FIRST, _LAST = 6, 4  # digits that may be shown: DOMAIN.md M19
_LONGEST = 24


class Leak(NamedTuple):
    """Where which secret stands in which form; shows nothing of it that may not be shown."""

    place: str
    name: str
    form: str

    def __str__(self) -> str:
        return f"{self.place} holds {self.name} in clear ({self.form})"


class Search:
    """Made once for `canaries`, used any number of times."""

    def __init__(self, canaries: Iterable[Canary]) -> None:
        wanted = distinct(canaries)
        self._needles = [(one.name, needles(one)) for one in wanted]
        self._numbers = [(one.name, one.secret.encode()) for one in wanted if isinstance(one.secret, str)]

    def folder(self, path: Path) -> Iterator[Leak]:
        """In every file below `path`."""
        found = [file for file in sorted(path.rglob("*")) if file.is_file()]
        yield from self.files({str(file.relative_to(path)): file.read_bytes() for file in found})

    def files(self, files: Mapping[str, bytes]) -> Iterator[Leak]:
        """In each file by its name; `x-wal` belongs to the database `x`."""
        for name, data in files.items():
            for place, content in inside(name, data, files.get(name + "-wal", b"")):
                yield from self.leaks(place, content, name.endswith(".log"))

    def leaks(self, place: str, data: bytes, log: bool = False) -> Iterator[Leak]:
        """In `data` as it stands, without what is packed in it."""
        for reading, views in readings(data):
            yield from self._in_clear(place, reading, views)
        yield from self._masks(place, data, 0 if log else _FIRST)

    def _in_clear(self, place: str, reading: str, views: Views) -> Iterator[Leak]:
        for name, forms in self._needles:
            for form, view, content in forms:
                if content in views[view]:
                    yield Leak(place, name, reading + form)

    def _masks(self, place: str, data: bytes, first: int) -> Iterator[Leak]:
        shown = {_around(data, *mask.span()) for mask in _MASK.finditer(data)}
        for name, number in self._numbers:
            if any(_too_much(number, first, *ends) for ends in shown):
                yield Leak(place, name, "masked too little")


def _around(data: bytes, start: int, end: int) -> tuple[bytes, bytes]:
    """The digits before and behind a mask."""
    before = _BEFORE.search(data[max(0, start - _LONGEST) : start])
    behind = _BEHIND.search(data[end : end + _LONGEST])
    return before[0] if before else b"", behind[0] if behind else b""


def _too_much(number: bytes, first: int, before: bytes, behind: bytes) -> bool:
    return (len(before) > first and number.startswith(before)) or (
        len(behind) > _LAST and number.endswith(behind)
    )
