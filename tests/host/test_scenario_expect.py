# SPDX-License-Identifier: MIT
"""How an expectation compares rows: every named field, as text, and how many rows."""

from suanpan.simulator.expect import matches

ROWS = [
    {"kind": "sale", "state": "approved", "amount": 1234, "offline": True},
    {"kind": "sale", "state": "declined", "amount": 1234, "offline": False},
]


def test_one_row_with_every_field_is_enough():
    assert matches(ROWS, {"kind": "sale", "state": "approved"})
    assert not matches(ROWS, {"kind": "void"})
    assert not matches(ROWS, {"kind": "sale", "state": "approved", "amount": 1})


def test_numbers_and_flags_compare_as_written_in_the_scenario():
    assert matches(ROWS, {"amount": "1234", "offline": True})
    assert matches(ROWS, {"amount": 1234, "offline": False})


def test_a_field_that_no_row_has_never_matches():
    assert not matches(ROWS, {"colour": "None"})


def test_count_is_exact():
    assert matches(ROWS, {"kind": "sale", "count": 2})
    assert not matches(ROWS, {"kind": "sale", "count": 1})
    assert matches(ROWS, {"kind": "void", "count": 0})


def test_fields_inside_of_a_field_are_compared_as_those_of_a_row():
    rows = [*ROWS, {"kind": "sale", "emv": {"kind": "TC", "atc": "0001"}}, {"kind": "sale", "emv": None}]
    assert matches(rows, {"kind": "sale", "emv": {"kind": "TC"}, "count": 1})
    assert not matches(rows, {"emv": {"kind": "AAC"}}) and not matches(rows, {"kind": {"sale": 1}})
