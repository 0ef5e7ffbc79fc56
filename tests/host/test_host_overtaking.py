# SPDX-License-Identifier: MIT
"""What overtakes the record it speaks of must not meet another device's of that number (F6, F16; docs/host.md)."""

import pytest
from pretend import Pretend
from sqlalchemy import func, select

from pos.codec import records
from suanpan.host import database, ledger
from suanpan.host.schema import cursors

ONE, TWO, THREE = b"one", b"two", b"three"
THEIRS = 7  # the number that rival and terminal have both given to a sale


@pytest.fixture
def followed(books, terminal):
    """1 to 5 are shared; then the books follow a rival, whose sale 7 is approved."""
    start = terminal.restarts(ONE)
    books.send(start, start.record(records.BOOT), start.sale(100), start.outcome(2))
    books.send(start, start.sale(200), start.outcome(4))
    rival = Pretend().restarts(TWO, 5)
    books.send(rival, rival.record(records.BOOT), rival.sale(999), rival.outcome(THEIRS))
    return books


@pytest.fixture
def offline(terminal):
    """The terminal itself has sold under 7 too and was switched on again at 8; and that sale's body."""
    terminal.restarts(ONE, 5).alarm()
    intent = terminal.sale(300)
    terminal.record(records.BOOT)
    return terminal, intent


def later(terminal, cumulative=5):
    """Switched on again behind all that the host holds, with receipts up to 5: no number tells it from the rival."""
    return terminal.restarts(THREE, 19, cumulative)


def duplicates(books):
    with database.reading(books.engine) as connection:
        return connection.execute(select(func.sum(cursors.c.duplicates))).scalar()


def receipted(committed):
    (one,) = committed.receipts
    return one.cumulative, one.ranges


@pytest.mark.fault("F16")
def test_an_urgent_reversal_does_not_take_back_a_rivals_sale(followed, offline):
    own, _ = offline
    reversal = own.reversal(THEIRS)
    committed = followed.send(later(own), reversal, own.sale(400), urgent=True)
    assert followed.states()[THEIRS] == "approved"
    assert receipted(committed) == (5, [(20, 20)]) and len(committed.asked) == 1


@pytest.mark.fault("F16")
def test_the_intent_beside_it_shows_the_contradiction(followed, offline):
    own, intent = offline
    reversal = own.reversal(THEIRS)
    committed = followed.send(later(own), intent, reversal, own.sale(400), urgent=True)
    assert followed.states() == {2: "approved", 4: "approved", THEIRS: "approved"}
    assert committed.asked == [] and committed.disputes[0].ranges == [(7, 7), (9, 9), (20, 20)]
    apart = [(row["seq"], row["state"], row["amount"]) for row in ledger.aside(followed.engine)]
    assert apart == [(THEIRS, "reversed", 300), (20, "pending", 400)]


@pytest.mark.fault("F16")
def test_an_outcome_whose_batch_overtook_does_not_meet_a_rivals_sale(followed, offline):
    own, _ = offline
    declined = own.outcome(THEIRS, records.DECLINED, "51")
    assert receipted(followed.send(later(own), declined, own.record(records.BOOT))) == (5, [(20, 20)])
    assert followed.states()[THEIRS] == "approved" and followed.rows()[-1]["code"] == "00"


@pytest.mark.fault("F16")
def test_a_void_does_not_take_back_a_rivals_sale_of_the_same_amount(followed, offline):
    own, _ = offline
    assert followed.ask(later(own), own.void(THEIRS, 999)) == []
    assert followed.states() == {2: "approved", 4: "approved", THEIRS: "approved"}


@pytest.mark.fault("F16")
def test_a_rivals_sale_that_comes_later_does_not_meet_the_reversal(books, terminal):
    """The numbers between are not there yet, and a power-on before the one that is followed may still bring them."""
    terminal.restarts(ONE)
    books.send(terminal, *[terminal.alarm() for _ in range(5)])
    rival = Pretend().restarts(TWO, 5)
    theirs = rival.message(rival.record(records.BOOT), rival.sale(999), rival.outcome(THEIRS))
    terminal.seq = 8
    reversal = terminal.reversal(THEIRS)
    books.send(later(terminal), reversal, terminal.sale(400), urgent=True)
    books.take(rival, theirs)
    assert books.states()[THEIRS] == "approved"


@pytest.mark.fault("F6")
def test_a_copy_of_before_the_outcome_does_not_take_the_sale_back(books, terminal):
    """Both have the intent 2; the books know that it was approved, the copy has found it in doubt."""
    terminal.restarts(ONE)
    boot, intent = terminal.record(records.BOOT), terminal.sale(100)
    books.send(terminal, boot, intent, terminal.outcome(2))
    copy = Pretend().restarts(TWO, 2)
    copy.record(records.BOOT)
    reversal = copy.reversal(2)
    committed = books.send(later(copy, 1), intent, reversal, copy.sale(400), urgent=True)
    assert receipted(committed) == (2, [(20, 20)])
    assert books.states()[2] == "approved"


@pytest.mark.fault("F6")
def test_a_decision_about_another_epoch_is_not_taken(books, terminal):
    books.send(terminal, terminal.sale(100), terminal.outcome(1))
    new = Pretend(epoch=2).restarts(TWO)
    stray = new.record(records.REVERSAL, of_epoch=1, of_seq=1, reason=records.REASON_LATE)
    assert receipted(books.send(new, stray, new.alarm())) == (0, [(2, 2)])
    assert books.states() == {1: "approved"}


def test_what_was_left_is_taken_as_soon_as_it_is_shown_whose_it_is(books, terminal):
    """By its intent in the same message, by the terminal's receipts, or by numbers that this power-on gave itself."""
    terminal.restarts(ONE)
    boot, intent, reversal = terminal.record(records.BOOT), terminal.sale(100), terminal.reversal(2)
    assert receipted(books.send(terminal, boot, reversal)) == (1, [])
    assert receipted(books.send(terminal, intent, reversal)) == (3, [])
    later_intent = terminal.sale(200)
    books.send(terminal, later_intent)
    assert receipted(books.send(terminal, terminal.reversal(4))) == (5, [])
    books.send(terminal, terminal.sale(300))
    terminal.restarts(TWO, cumulative=6)
    assert receipted(books.send(terminal, terminal.record(records.BOOT), terminal.reversal(6))) == (8, [])
    assert books.states() == {2: "reversed", 4: "reversed", 6: "reversed"} and not books.alarms()


def test_an_intent_beside_its_reversal_is_not_decided_and_counts_as_no_duplicate(books, terminal):
    """The host cannot know whether it has come before: the terminal may have lost the receipt."""
    terminal.restarts(ONE)
    terminal.record(records.BOOT)
    intent = terminal.sale(100)
    terminal.restarts(TWO)
    reversal = terminal.reversal(2)
    answers = books.ask(terminal, intent, reversal, terminal.sale(200))
    assert [one.asked.entry.seq for one in answers] == [3, 4]
    books.send(terminal, intent, reversal)
    assert books.states() == {2: "reversed", 4: "pending"} and duplicates(books) == 1
