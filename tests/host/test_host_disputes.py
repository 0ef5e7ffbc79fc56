# SPDX-License-Identifier: MIT
"""Two devices under one epoch: the books follow one power-on after the other, the rest is kept apart (F6, F16)."""

import pytest
from pretend import Pretend

from pos.codec import records
from suanpan.host import ledger, reconcile

ONE, TWO, THREE = b"one", b"two", b"three"


def told(committed):
    """(ranges, next epoch) of the dispute, which is all that is said."""
    (dispute,) = committed.disputes
    assert not committed.receipts
    return dispute.ranges, dispute.next_epoch


def receipt(committed):
    (one,) = committed.receipts
    assert not committed.disputes
    return one.cumulative, one.ranges


def money(rows):
    return [(row["epoch"], row["seq"], row["state"], row["amount"]) for row in rows]


def aside(books):
    return money(ledger.aside(books.engine))


@pytest.fixture
def first(terminal):
    """A terminal in its first power-on."""
    return terminal.restarts(ONE)


@pytest.fixture
def sold(books, first):
    """Numbers 1 to 5 are in the books: start, two sales with their outcomes."""
    books.send(first, first.record(records.BOOT), first.sale(100), first.outcome(2))
    books.send(first, first.sale(200), first.outcome(4))
    return books


def restored(seq, nonce=TWO, cumulative=0):
    return Pretend().restarts(nonce, seq, cumulative)


@pytest.mark.fault("F6")
def test_a_restored_image_is_told_what_is_kept_and_how_to_go_on(sold, first):
    """A cumulative receipt would lose it: the image ends at 3, the host holds 5, the device brings 4 to 9."""
    old = restored(3)
    bodies = [
        old.record(records.BOOT),
        old.sale(999),
        old.outcome(5),
        old.alarm(),
        old.sale(888),
        old.outcome(8),
    ]
    assert told(sold.send(old, *bodies)) == ([(4, 9)], 2)
    assert sold.states() == {2: "approved", 4: "approved"}
    assert aside(sold) == [(1, 5, "approved", 999), (1, 8, "approved", 888)]
    assert sold.alarms() == {"other-body": 2, "disputed": 4}


@pytest.mark.fault("F6")
def test_what_is_kept_apart_is_counted_by_reconcile(sold):
    old = restored(3)
    sold.send(old, old.record(records.BOOT), old.sale(999), old.outcome(5))
    (total,) = reconcile.aside(sold.engine)
    assert (total["state"], total["count"], total["amount"]) == ("approved", 1, 999)
    assert sum(row["amount"] for row in reconcile.sums(sold.engine)) == 300


@pytest.mark.fault("F6")
def test_nothing_is_decided_for_a_device_that_the_books_do_not_follow(sold):
    old = restored(3)
    committed = sold.send(old, old.record(records.BOOT), old.sale(999), urgent=True)
    assert committed.asked == [] and told(committed) == ([(4, 5)], 2)


@pytest.mark.fault("F6")
def test_the_same_message_again_is_kept_once_and_answered_again(sold):
    old = restored(3)
    message = old.message(old.record(records.BOOT), old.sale(999))
    assert told(sold.take(old, message)) == told(sold.take(old, message)) == ([(4, 5)], 2)
    assert len(aside(sold)) == 1


@pytest.mark.fault("F6")
def test_the_counters_of_the_newest_transaction_are_told(sold, first):
    old = restored(3)
    (dispute,) = sold.send(old, old.record(records.BOOT)).disputes
    newest = sold.rows()[-1]
    assert dispute.counters == (newest["trace"], newest["batch"], newest["voucher"])


@pytest.mark.fault("F6")
def test_a_fork_is_seen_before_any_number_is_given_twice(sold, first):
    """What the device wrote before 6 is lost on its way or comes later; its start at 3 cannot follow number 5."""
    old = restored(2)
    old.seq = 5
    assert told(sold.send(old, old.sale(999), urgent=True)) == ([(6, 6)], 2)
    assert aside(sold) == [(1, 6, "pending", 999)] and sold.alarms() == {"disputed": 1}


@pytest.mark.fault("F6")
def test_no_receipt_covers_a_body_that_was_not_brought(books, first):
    """The host has 1 and 4 of the device before; a copy that ends at 3 fills the gap, and 4 is another one's."""
    head, second, third, fourth = first.alarm(), first.alarm(), first.alarm(), first.alarm()
    books.send(first, head, fourth)
    old = restored(3)
    assert told(books.send(old, second, third)) == ([(2, 3)], 2)


@pytest.mark.fault("F6")
def test_all_that_waits_is_known_and_still_the_copy_goes_on_in_a_new_epoch(sold, first):
    old = restored(3)
    assert told(sold.send(old, Pretend().restarts(ONE).record(records.BOOT))) == ([(1, 1)], 2)
    assert aside(sold) == [] and not sold.alarms()


@pytest.mark.fault("F6")
def test_a_copy_of_an_earlier_epoch_goes_on_behind_the_highest(sold):
    new = Pretend(epoch=7).restarts(TWO)
    assert receipt(sold.send(new, new.record(records.BOOT), new.sale(300), new.outcome(2))) == (3, [])
    old = restored(5, THREE)
    assert told(sold.send(old, old.record(records.BOOT))) == ([(6, 6)], 8)


@pytest.mark.fault("F6")
@pytest.mark.parametrize("epoch", [1, 3])
def test_a_journal_that_was_lost_and_provisioned_again_goes_on_behind_the_highest(books, epoch):
    known = Pretend(epoch=3).restarts(ONE)
    books.send(known, known.record(records.BOOT), known.sale(100))
    new = Pretend(epoch=epoch).restarts(TWO)
    assert told(books.send(new, new.record(records.BOOT, at_s=5), new.sale(200)))[1] == 4


@pytest.mark.fault("F6")
def test_the_new_epoch_is_followed_and_the_old_one_stays_closed(sold):
    old = restored(3)
    sold.send(old, old.record(records.BOOT))
    old.epoch, old.since = 2, 1
    old.seq = 0
    assert receipt(sold.send(old, old.alarm(305, "epoch 2"), old.sale(300))) == (2, [])
    again = restored(3, THREE)
    assert told(sold.send(again, again.record(records.BOOT, at_s=9))) == ([(4, 4)], 3)


def test_a_restart_goes_on_where_it_was(sold, first):
    first.restarts(TWO, cumulative=5)
    assert receipt(sold.send(first, first.record(records.BOOT))) == (6, [])
    assert not sold.alarms()


def test_records_of_the_power_on_before_are_brought_by_the_next_one(sold, first):
    """The power went before 6 was sent; a request overtakes it, and its receipt does not cover 4 to 6 yet."""
    waiting = first.sale(300)
    first.restarts(TWO, cumulative=3)
    assert receipt(sold.send(first, first.record(records.BOOT))) == (3, [(7, 7)])
    known = Pretend().restarts(ONE, 3)
    assert receipt(sold.send(first, known.sale(200), known.outcome(4), waiting)) == (7, [])


@pytest.mark.fault("F17")
def test_late_messages_of_the_power_on_before_are_no_fork(sold, first):
    late = first.message(first.sale(300), first.outcome(6))
    first.restarts(TWO)
    assert receipt(sold.send(first, first.record(records.BOOT))) == (0, [(8, 8)])
    assert receipt(sold.take(first, late)) == (0, [(6, 7)])
    assert sold.states()[6] == "approved" and not sold.alarms()


@pytest.mark.fault("F16")
def test_of_two_rivals_the_first_is_followed_and_not_disturbed(sold, first):
    rival = restored(5)
    assert receipt(sold.send(first, first.sale(300))) == (6, [])
    assert told(sold.send(rival, rival.record(records.BOOT), rival.sale(999)))[1] == 2
    committed = sold.send(first, first.outcome(6), first.sale(400), urgent=True)
    assert receipt(committed) == (8, []) and len(committed.asked) == 1
    assert sold.states() == {2: "approved", 4: "approved", 6: "approved", 8: "pending"}
    assert aside(sold) == [(1, 7, "pending", 999)]


@pytest.mark.fault("F16")
def test_in_a_disputed_epoch_no_new_power_on_is_believed(sold, first):
    """Its number may follow by chance: both rivals write as many records for a sale."""
    rival = restored(4)
    sold.send(rival, rival.record(records.BOOT, at_s=9))
    rival.seq = 5
    rival.restarts(THREE)
    assert told(sold.send(rival, rival.record(records.BOOT))) == ([(6, 6)], 2)
    assert receipt(sold.send(first, first.sale(300))) == (6, [])


@pytest.mark.fault("F16")
def test_rivals_end_in_epochs_of_their_own(sold):
    two, three = restored(3), restored(3, THREE)
    for rival, epoch in ((two, 2), (three, 3)):
        assert told(sold.send(rival, rival.record(records.BOOT, at_s=epoch)))[1] == epoch
        rival.epoch, rival.seq, rival.since = epoch, 0, 1
        assert receipt(sold.send(rival, rival.sale(epoch))) == (1, [])
    assert receipt(sold.send(two, two.outcome(1))) == (2, [])
    assert sorted(money(sold.rows()))[2:] == [(2, 1, "approved", 2), (3, 1, "pending", 3)]


def test_two_devices_with_one_number_are_both_shown(sold):
    for nonce, amount in ((TWO, 888), (THREE, 999)):
        old = restored(3, nonce)
        sold.send(old, old.sale(amount), old.outcome(4, auth_code=str(amount)))
    assert aside(sold) == [(1, 4, "approved", 888), (1, 4, "approved", 999)]


@pytest.mark.fault("F16")
def test_two_devices_with_one_number_keep_their_own_outcomes(sold):
    """What speaks of a number is about the intent that came beside it, in whatever order and however often it came."""
    two, three = restored(3), restored(3, THREE)
    sales = two.sale(888), three.sale(999)
    approved, declined = two.outcome(4, auth_code="9"), three.outcome(4, records.DECLINED, "51")
    sold.send(three, declined)
    for _ in range(2):
        sold.send(two, sales[0], approved)
        sold.send(three, sales[1], declined)
        assert aside(sold) == [(1, 4, "approved", 888), (1, 4, "declined", 999)]
    sold.send(two, sales[0], two.reversal(4))
    assert aside(sold) == [(1, 4, "reversed", 888), (1, 4, "declined", 999)]


def test_the_same_decision_of_two_devices_is_each_one_s(sold):
    two, three = restored(3), restored(3, THREE)
    for one, amount in ((two, 888), (three, 999)):
        sold.send(one, one.sale(amount), one.outcome(4, auth_code="9"))
    assert aside(sold) == [(1, 4, "approved", 888), (1, 4, "approved", 999)]


def test_a_record_of_another_epoch_than_its_batch_is_malformed(sold, first):
    stray = Pretend(epoch=2).alarm()
    assert receipt(sold.send(first, first.alarm(), stray)) == (6, [])
    assert sold.alarms() == {"malformed": 1, "301": 1}


def parted(books, first):
    """The intent 6 is in the books; the power goes, and a rival has put the epoch in dispute: 7 and 8 are apart."""
    intent = first.sale(300)
    books.send(first, intent)
    rival = restored(4)
    rival.record(records.BOOT)
    books.send(rival, rival.sale(999), rival.outcome(6))
    first.restarts(THREE, cumulative=6)
    told = [first.record(records.BOOT), first.reversal(6)]
    books.send(first, *told)
    return intent, told[1]


@pytest.mark.fault("F16")
def test_a_reversal_that_is_kept_apart_finds_its_intent_in_the_books(sold, first):
    """The intent's own body beside it tells it from what the rival says of a sale with the same number."""
    intent, reversal = parted(sold, first)
    assert sold.states()[6] == "pending"
    assert told(sold.send(first, intent, reversal)) == ([(6, 6), (8, 8)], 2)
    assert sold.states()[6] == "reversed"
    assert aside(sold) == [(1, 6, "approved", 999)] and "state-conflict" not in sold.alarms()


@pytest.mark.fault("F6")
def test_what_a_restored_image_says_of_a_decided_sale_changes_no_books(sold, first):
    """The copy ends behind the intent 4, whose outcome 5 the books have; it takes the sale back."""
    old = restored(4)
    again = Pretend().restarts(ONE, 3).sale(200)
    boot, reversal = old.record(records.BOOT), old.reversal(4)
    sold.send(old, again, boot, reversal)
    assert sold.states()[4] == "approved" and sold.alarms()["state-conflict"] == 1
    assert [one["code"] for one in ledger.cases(sold.engine)].count("state-conflict") == 1


@pytest.mark.fault("F16")
def test_a_sale_that_is_kept_apart_is_shown_with_its_reversal_in_the_books(books, first):
    """Books from a backup lack an intent that was receipted; then they stopped to follow this device."""
    books.send(first, first.record(records.BOOT))
    intent = first.sale(300)
    first.cumulative = 2
    books.send(first, first.reversal(2), urgent=True)
    rival = restored(2)
    books.send(rival, rival.record(records.BOOT))
    first.restarts(THREE, cumulative=1)
    books.send(first, intent)
    assert books.rows() == [] and aside(books) == [(1, 2, "reversed", 300)]
