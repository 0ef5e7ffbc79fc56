# SPDX-License-Identifier: MIT
"""docs/faults.md and docs/security.md against the tests: each fault and threat has its tests, and they stand there.

A test names its fault by `@pytest.mark.fault("F11")` (or `pytestmark`), by its name (`test_f11_…`, as tests for
every runtime do, which know no pytest), or, in a scenario, by a comment that begins with the id.
"""

import ast
import re
from collections import defaultdict
from functools import cache

import pytest

from suanpan.places import ROOT

TESTS, TABLE = ROOT / "tests", ROOT / "docs" / "faults.md"
THREATS, SECURITY = ["S8", "S9", "S11"], ROOT / "docs" / "security.md"
FAULTS = [f"F{number}" for number in (*range(1, 21), 31, 32, 37)]
ROW = re.compile(r"^\| ([FS]\d+) \|(.*)\|$", re.MULTILINE)
LINK = re.compile(r"\[[^]]*\]\(\.\./(tests/[^)]*)\)")


def marked(tree):
    """Ids of every `pytest.mark.fault(…)` below a node."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "fault":
            yield from (argument.value for argument in node.args)


def named(tree):
    """Ids in the names of test functions."""
    names = (getattr(node, "name", "") for node in tree.body)
    yield from (found[1].upper() for found in map(re.compile(r"test_([fs]\d+)_").match, names) if found)


def of_scenario(text):
    for comment in re.findall(r"^# (F\d+(?:, F\d+)*)", text, re.MULTILINE):
        yield from comment.split(", ")


@cache
def files_by_fault():
    """{id: the files with tests of it}."""
    found = defaultdict(set)
    for path in sorted([*TESTS.rglob("test_*.py"), *TESTS.glob("sim/*.yaml")]):
        text = path.read_text(encoding="utf-8")
        scenario = path.suffix == ".yaml"
        tree = None if scenario else ast.parse(text)
        for fault in of_scenario(text) if scenario else {*marked(tree), *named(tree)}:
            found[fault].add(path.relative_to(ROOT).as_posix())
    return found


def rows():
    """{id: (fault, tests, what must happen, result)} of the tables."""
    found = ROW.findall(TABLE.read_text(encoding="utf-8") + SECURITY.read_text(encoding="utf-8"))
    return {fault: [cell.strip() for cell in cells.split("|")] for fault, cells in found}


def test_every_fault_of_power_flash_network_and_host_has_a_row_without_an_empty_cell():
    table = rows()
    assert list(table) == FAULTS + THREATS
    assert all(len(cells) == 4 and all(cells) for cells in table.values())


@pytest.mark.parametrize("fault", FAULTS + THREATS)
def test_the_table_names_exactly_the_files_with_tests_of_a_fault(fault):
    files = files_by_fault()[fault]
    assert files, f"{fault} has no test"
    listed = set(LINK.findall(rows()[fault][1]))
    assert listed == files, f"docs, {fault}: {', '.join(markdown(files))}"


def markdown(files):
    """The cell as it should be."""
    return [f"[{name.rpartition('/')[2]}](../{name})" for name in sorted(files)]


def test_a_mark_names_a_fault_or_threat_that_exists():
    known = {*FAULTS, *THREATS, *(f"F{number}" for number in range(30, 38))}
    assert set(files_by_fault()) <= known


def test_all_three_ways_of_naming_a_fault_are_found():
    tree = ast.parse('@pytest.mark.fault("F1", "F2")\ndef test_a(): pass\ndef test_f3_b(): pass\n')
    assert (sorted(marked(tree)), list(named(tree))) == (["F1", "F2"], ["F3"])
    assert list(of_scenario("# F4, F30: why\nname: F5\n")) == ["F4", "F30"]
