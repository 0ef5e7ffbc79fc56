# SPDX-License-Identifier: MIT
"""Parameters of card applications out of their file: what is taken, what is wrong with a line, what is in force."""

import io
import json
import os

from expect import raises
from pos.cards import applications, parameter_faults, parameters
from pos.cards.errors import CardError
from standard_rows import PATH, lines, standard, written

TODAY = "20251122"
CONTACT, ENTRY_POINT, MCHIP = lines("contact")[0], lines("contactless")[0], lines("contactless")[3]


def changed(row, **changes):
    found = dict(row)
    found.update(changes)
    return found


def without(row, name):
    return {key: value for key, value in row.items() if key != name}


def said(line):
    """(key, what is wrong) of a dict, or of a line as it stands."""
    line = line if isinstance(line, bytes) else json.dumps(line).encode()
    error = raises(parameters.ParameterError, parameters.values, line)
    return error.field, str(error)


def test_a_line_with_what_it_leaves_out():
    row = parameters.row(parameters.values(json.dumps(CONTACT).encode()))
    assert (row.aid, row.partial, row.threshold, row.most_percent) == (
        b"\xa0\x00\x00\x03\x33\x01\x01",
        True,
        0,
        0,
    )
    row = parameters.row(parameters.values(json.dumps(ENTRY_POINT).encode()))
    assert row.limit == row.device_limit == 10**12 and row.zero_amount and not row.status_check
    assert (row.kernel, row.cvm_limit, row.ttq) == (7, 100001, b"\x36\x00\x40\x80")
    assert parameters.row(parameters.values(json.dumps(MCHIP).encode())).ttq == b""


def test_the_first_wrong_key_is_named():
    for row, key, text in (
        (changed(CONTACT, aid="A00000033"), "aid", "5 to 16 bytes in hexadecimal"),
        (changed(CONTACT, aid="A0000003"), "aid", "5 to 16 bytes"),
        (changed(CONTACT, aid="A0" * 17), "aid", "5 to 16 bytes"),
        (changed(CONTACT, aid="A00000033301０１"), "aid", "hexadecimal"),
        (changed(CONTACT, aid=12), "aid", "hexadecimal"),
        (without(CONTACT, "aid"), "aid", "is missing"),
        (without(CONTACT, "tac_denial"), "tac_denial", "is missing"),
        (without(MCHIP, "tac_online"), "tac_online", "is missing"),
        (changed(CONTACT, tac_default="00000000"), "tac_default", "must be 5 bytes"),
        (changed(CONTACT, tac_default="XX00000000"), "tac_default", "must be 5 bytes"),
        (changed(CONTACT, floor_limit=-1), "floor_limit", "0 to 999999999999"),
        (changed(CONTACT, floor_limit=10**12), "floor_limit", "0 to 999999999999"),
        (changed(CONTACT, floor_limit="100"), "floor_limit", "whole number"),
        (changed(CONTACT, floor_limit="１００"), "floor_limit", "whole number"),
        (changed(CONTACT, floor_limit=1.5), "floor_limit", "whole number"),
        (changed(CONTACT, floor_limit=True), "floor_limit", "whole number"),
        (changed(CONTACT, floor_limit=None), "floor_limit", "whole number"),
        (changed(CONTACT, threshold=1), "threshold", "above floor_limit"),
        (changed(CONTACT, target_percent=5), "most_percent", "below target_percent"),
        (changed(CONTACT, target_percent=100), "target_percent", "0 to 99"),
        (changed(CONTACT, partial=1), "partial", "true or false"),
        (changed(CONTACT, tdol="9F"), "tdol", "no list of tags"),
        (changed(CONTACT, until="20251301"), "until", "YYYYMMDD"),
        (changed(CONTACT, until="２０２５１２０１"), "until", "YYYYMMDD"),
        (changed(CONTACT, **{"from": "20260101", "until": "20251231"}), "until", "before from"),
        (changed(CONTACT, floorlimit=1), "floorlimit", "is unknown"),
        (changed(CONTACT, cvm_limit=1), "cvm_limit", "no meaning here"),
        (changed(CONTACT, way="both"), "way", "contact or contactless"),
        (without(ENTRY_POINT, "way"), "way", "contact or contactless"),
        (without(ENTRY_POINT, "cvm_limit"), "cvm_limit", "is missing"),
        (changed(ENTRY_POINT, kernel=4), "kernel", "2, 3 or 7"),
        (changed(ENTRY_POINT, kernel=[]), "kernel", "2, 3 or 7"),
        (changed(ENTRY_POINT, tac_denial="0000000000"), "tac_denial", "no meaning here"),
        (changed(ENTRY_POINT, ttq="B6004080"), "ttq", "no mag-stripe mode"),
        (changed(MCHIP, ttq="36004080"), "ttq", "no meaning here"),
    ):
        found = said(row)
        assert found[0] == key and text in found[1], found


def test_what_is_no_json_object_is_told_without_a_key():
    for line in (b"[]", b"x", b"\xff\xfe{}", b'{"way": "\xe9"}', b"[" * 1000):
        assert said(line) == ("", "no JSON object in UTF-8"), line
    for line in (
        b"{",
        b'{"way": "contact", "aid": }',
    ):  # MicroPython's reader takes them; their keys are wrong
        said(line)


def test_numbers_that_are_none():
    for number in ("NaN", "Infinity", "1e400"):
        line = json.dumps(CONTACT).replace('"floor_limit": 0', '"floor_limit": ' + number).encode()
        assert said(line)[0] in ("", "floor_limit"), "a runtime's reader of JSON may refuse all of it"


def faults(*rows, today=TODAY):
    content = b"".join(
        [(row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows]
    )
    return [(line, str(error)) for line, error in parameter_faults.faults(io.BytesIO(content), today)]


def test_each_faulty_line_is_told_by_its_number_and_the_others_hold():
    assert faults(CONTACT, b"", without(MCHIP, "aid"), b"rubbish", ENTRY_POINT) == [
        (3, "aid is missing"),
        (4, "no JSON object in UTF-8"),
    ]
    assert faults() == [(0, "no application")]


def test_a_line_that_is_too_long_is_left_without_being_held():
    long = b'{"way": "' + b"x" * 5000 + b'"}'
    for row in (long, b"x" * 1023, b"x" * 1024, b"x" * 2047):
        found = faults(row, CONTACT, row)
        assert [line for line, _ in found] == [1, 3] and "longer than 1023 bytes" in found[0][1]


class Endless:
    """As a device file, or a flash that went mad."""

    def __init__(self, lines):
        self.left = lines

    def readline(self, most):
        self.left -= 1
        assert self.left, "it is read without end"
        return b"x" * most


def test_a_line_without_an_end_is_not_read_for_ever():
    found = [line for line, _ in parameter_faults.faults(Endless(2000), TODAY)]
    assert found[0] == 1 and len(found) < 100


def test_a_file_has_sixty_four_lines_at_most():
    rows = [changed(CONTACT, aid="A00000033301%02X" % number) for number in range(66)]
    assert faults(*rows[:64]) == [] and faults(*rows) == [(65, "one line too many: 64 fit")]


def test_one_application_twice_on_the_same_day_is_told():
    until, since = changed(CONTACT, until="20251231"), changed(CONTACT, **{"from": "20260101"})
    assert faults(CONTACT, ENTRY_POINT, CONTACT) == [(3, "aid is in line 1 too")]
    assert faults(until, since) == [] and faults(until, CONTACT) == [(2, "aid is in line 1 too")]
    assert faults(ENTRY_POINT, changed(ENTRY_POINT, kernel=3)) == [], "another kernel is another application"


def test_days_that_are_over_are_told_unless_others_follow():
    over, since = changed(CONTACT, until="20251121"), changed(CONTACT, **{"from": "20251122"})
    assert faults(over) == [(1, "until is over")] and faults(over, since) == []


def opened(*rows, way="contact", today=TODAY):
    return applications.Applications(written(rows), way, today)


def test_only_what_is_in_force_and_whole_is_offered():
    try:
        known = opened(
            b"rubbish",
            changed(CONTACT, aid="A000000001", until="20251121"),
            changed(CONTACT, aid="A000000002", **{"from": "20251123"}),
            ENTRY_POINT,
            changed(CONTACT, aid="A000000003", floor_limit=7),
            changed(CONTACT, aid="A000000004", partial=False),
        )
        found = known.entries()
        assert [(one.aid[-1], one.partial) for one in found] == [(3, True), (4, False)]
        assert known.row(found[0]).floor_limit == 7
        assert [one.aid[-1] for one in known.entries(lambda row: not row.floor_limit)] == [4]
    finally:
        os.remove(PATH)


def test_another_file_in_its_place_is_no_row_of_the_chosen_one():
    try:
        known = opened(CONTACT)
        (entry,) = known.entries()
        written([lines("contact")[1]])
        assert raises(CardError, known.row, entry).reason == "unsupported"
    finally:
        os.remove(PATH)
    assert known.entries() == [] and raises(CardError, known.row, entry).reason == "unsupported"


def test_a_simulated_terminal_begins_with_the_six_schemes_and_no_floor_limit():
    for way in ("contact", "contactless"):
        assert len(standard(way)) == len(lines(way)) and not [row for row in standard(way) if row.floor_limit]
