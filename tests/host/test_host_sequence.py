# SPDX-License-Identifier: MIT
"""A sequence with its gaps is a set of numbers, kept short; what is missing or repeated for long raises an alarm."""

from hypothesis import given
from hypothesis import strategies as st
from pretend import AT_S

from pos.codec import records
from suanpan.host.committed import Message
from suanpan.host.cursors import OVERDUE_S, REPEATS
from suanpan.host.reconcile import missing
from suanpan.host.sequence import MAX_RANGES, Sequence


def spelled_out(sequence):
    return set(range(1, sequence.highest + 1)) - {
        n for gap in sequence.gaps for n in range(gap.first, gap.last + 1)
    }


@given(st.lists(st.integers(1, 60), unique=True))
def test_a_sequence_holds_exactly_what_was_added(numbers):
    sequence = Sequence()
    for number in numbers:
        assert not sequence.may_hold(number)
        sequence.add(number, AT_S)
        assert sequence.may_hold(number)
    assert spelled_out(sequence) == set(numbers)
    above = {n for low, high in sequence.ranges(set()) for n in range(low, high + 1)}
    assert set(range(1, sequence.cumulative + 1)) | above == set(numbers)
    assert not sequence.may_hold(sequence.cumulative + 1)


def test_a_receipt_has_a_bounded_number_of_ranges_and_keeps_the_fresh_ones():
    sequence = Sequence()
    for number in range(2, 400, 2):
        sequence.add(number, AT_S)
    ranges = sequence.ranges({398})
    assert len(ranges) == MAX_RANGES and ranges == sorted(ranges) and (398, 398) in ranges


def at(books, terminal, now_s, *bodies):
    return books.ingest.commit([Message(terminal.up, terminal.message(*bodies))], now_s)


def test_a_gap_is_listed_and_raises_its_alarm_once_when_it_does_not_close(books, terminal):
    bodies = [terminal.alarm() for _ in range(5)]
    at(books, terminal, AT_S, bodies[0], bodies[4])
    assert missing(books.engine) == [
        {"terminal": "SIM00001", "epoch": 1, "first": 2, "last": 4, "missing": 3}
    ]
    at(books, terminal, AT_S + OVERDUE_S - 1, bodies[4])
    assert "gap" not in books.alarms()
    at(books, terminal, AT_S + OVERDUE_S, bodies[4])
    at(books, terminal, AT_S + 2 * OVERDUE_S, bodies[2])
    assert books.alarms()["gap"] == 1
    assert [(row["first"], row["last"]) for row in missing(books.engine)] == [(2, 2), (4, 4)]
    at(books, terminal, AT_S + 3 * OVERDUE_S, bodies[1], bodies[3])
    assert missing(books.engine) == [] and books.alarms()["gap"] == 1


def test_what_the_terminal_has_receipts_for_is_missed_at_once_in_books_from_a_backup(books, terminal):
    at(books, terminal.restarts(b"one"), AT_S, terminal.alarm())
    terminal.restarts(b"two", seq=20, cumulative=20)
    at(books, terminal, AT_S, terminal.alarm())
    assert books.alarms()["gap"] == 1
    assert missing(books.engine) == [
        {"terminal": "SIM00001", "epoch": 1, "first": 2, "last": 20, "missing": 19}
    ]


def test_a_gap_that_closes_in_time_raises_nothing(books, terminal):
    first, second = terminal.sale(), terminal.outcome(1)
    at(books, terminal, AT_S, second)
    at(books, terminal, AT_S + OVERDUE_S, first)
    assert not books.alarms() and missing(books.engine) == []


def test_a_terminal_that_hears_no_receipt_raises_an_alarm(books, terminal):
    message = Message(terminal.up, terminal.message(*[terminal.record(records.BOOT) for _ in range(100)]))
    books.ingest.commit([message] * (REPEATS // 100), AT_S)
    assert not books.alarms()
    books.ingest.commit([message], AT_S)
    assert books.alarms() == {"duplicates": 1}
    books.ingest.commit([message], AT_S)
    assert books.alarms() == {"duplicates": 1}
