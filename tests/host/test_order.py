# SPDX-License-Identifier: MIT
"""How `make test` hands out its files."""

import order
from suanpan.places import ROOT


def test_every_file_that_goes_first_is_there():
    assert [path for path in (*order.LONGEST, *order.APART) if not (ROOT / path).is_file()] == []


def test_the_longest_come_first_and_the_quick_as_they_stand():
    found = ["tests/unit/test_b.py::x", f"{order.LONGEST[1]}::y", "tests/unit/test_a.py::z", order.LONGEST[0]]
    assert sorted(found, key=order.rank) == [found[3], found[1], found[0], found[2]]
