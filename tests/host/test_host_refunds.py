# SPDX-License-Identifier: MIT
"""Refunds by the books (DOMAIN.md M5): no more than was paid, to the card that paid, each with one effect."""

import pytest
from pretend import Pretend
from test_dukpt_decisions import sale as sale_under_dukpt
from test_dukpt_decisions import sealed

from pos.codec import records
from suanpan.host import reconcile

CODE = "134567890123456789"


def codes(books, terminal, *bodies):
    return [answer.code for answer in books.ask(terminal, *bodies)]


@pytest.fixture
def sold(books, terminal):
    """A sale of 1234, approved; the next record is number 3."""
    books.send(terminal, terminal.sale(), terminal.outcome(1))
    return terminal


def refunded(books, terminal, amount):
    """A refund that is approved by the host and at the terminal."""
    assert codes(books, terminal, terminal.refund(1, amount)) == ["00"]
    books.send(terminal, terminal.outcome(terminal.seq))


def test_a_refund_is_approved_and_the_sale_stands(books, sold):
    (answer,) = books.ask(sold, sold.refund(1, 500))
    assert (answer.code, answer.amount, len(answer.reference)) == ("00", 500, 12)
    books.send(sold, sold.outcome(3))
    assert books.states() == {1: "approved", 3: "approved"}
    (row,) = [row for row in books.rows() if row["kind"] == "refund"]
    assert (row["amount"], row["original_epoch"], row["original_seq"], row["entry"]) == (500, 1, 1, "S")


def test_partial_refunds_up_to_what_was_paid(books, sold):
    refunded(books, sold, 1000)
    assert codes(books, sold, sold.refund(1, 235), sold.refund(1, 234), sold.refund(1, 1)) == [
        "13",
        "00",
        "13",
    ]


def test_a_refund_that_is_only_decided_counts_until_it_is_taken_back(books, sold):
    assert codes(books, sold, sold.refund(1, 1000), sold.refund(1, 1000)) == ["00", "13"]
    books.send(sold, sold.reversal(3))
    assert codes(books, sold, sold.refund(1, 1000)) == ["00"]


def test_a_reversal_gives_the_room_back_in_the_request_that_brings_it(books, sold):
    assert codes(books, sold, sold.refund(1, 1000)) == ["00"]
    reversal, again = sold.reversal(3), sold.refund(1, 1000)
    assert codes(books, sold, reversal, again) == ["00", "00"]
    assert codes(books, sold, reversal) == ["00"], "a second time it changes nothing"
    assert codes(books, sold, sold.refund(1, 235)) == ["13"]


def test_a_reversal_that_overtakes_its_refund(books, sold):
    """It has brought the refund's body along; the request itself was late."""
    refund = sold.refund(1, 1000)
    (answer,) = books.ask(sold, refund, sold.reversal(3))
    assert (answer.asked.entry.seq, answer.code) == (4, "00")
    assert codes(books, sold, refund) == ["12"]
    assert books.states()[3] == "reversed"
    assert codes(books, sold, sold.refund(1, 1234)) == ["00"]


def test_declined_refunds_count_for_nothing(books, sold):
    books.script.add("decline", "91")
    assert codes(books, sold, sold.refund(1, 1234)) == ["91"]
    books.send(sold, sold.outcome(3, records.DECLINED, "91"))
    assert codes(books, sold, sold.refund(1, 1234)) == ["00"]


@pytest.mark.parametrize("amount", [0, 1235])
def test_an_amount_that_was_never_paid_is_refused(books, sold, amount):
    assert codes(books, sold, sold.refund(1, amount)) == ["13"]


def test_an_unknown_original(books, sold):
    assert codes(books, sold, sold.refund(99)) == ["25"]


def test_another_currency(books, sold):
    assert codes(books, sold, sold.refund(1, 500, currency="HKD")) == ["12"]


@pytest.mark.parametrize("after", ["declined", "reversed", "pending"])
def test_a_refund_of_what_is_not_approved_is_refused(books, terminal, after):
    books.send(terminal, terminal.sale())
    if after != "pending":
        ending = terminal.outcome(1, records.DECLINED, "51") if after == "declined" else terminal.reversal(1)
        books.send(terminal, ending)
    assert codes(books, terminal, terminal.refund(1)) == ["12"]


def test_a_refund_of_a_refund_is_refused(books, sold):
    refunded(books, sold, 500)
    assert codes(books, sold, sold.refund(3, 500)) == ["12"]


def test_a_voided_sale_is_not_refunded(books, sold):
    void = sold.void(1)
    assert codes(books, sold, void, sold.refund(1)) == ["00", "12"]
    books.send(sold, sold.outcome(3))
    assert codes(books, sold, sold.refund(1)) == ["12"]


def test_a_refunded_sale_is_not_voided(books, sold):
    assert codes(books, sold, sold.refund(1, 1), sold.void(1)) == ["00", "12"]
    books.send(sold, sold.reversal(3))
    assert codes(books, sold, sold.void(1)) == ["00"]


def test_another_card_is_refused(books, sold):
    assert codes(books, sold, sold.refund(1, card="mag-debit")) == ["14"]
    assert codes(books, sold, sold.refund(1, card="mag-credit", entry="I")) == ["00"], "by another reader"


def test_a_payment_code_is_given_back_without_a_card(books, terminal):
    books.send(terminal, terminal.sale(number=CODE, entry="Q"), terminal.outcome(1))
    assert codes(books, terminal, terminal.refund(1, 500, entry="Q"), terminal.refund(1, 500)) == ["00", "14"]


def test_a_card_is_not_given_back_as_a_payment_code(books, sold):
    assert codes(books, sold, sold.refund(1, entry="Q")) == ["14"]


def test_a_card_that_cannot_be_opened_raises_an_alarm(books, sold):
    sold.data_key = b"x" * 16
    assert codes(books, sold, sold.refund(1)) == ["30"] and books.alarms() == {"card-data": 1}


def test_a_refund_reaches_only_its_own_terminal(books, sold):
    other = Pretend("SIM00002")
    assert codes(books, other, other.alarm(), other.refund(1)) == ["25"]


def test_cards_under_dukpt_keys_are_compared(books, keys, terminal, register):
    books.ask(terminal, sale_under_dukpt(terminal, register))
    again = {"original_epoch": 1, "original_seq": 1, "entry": "S"}
    body = terminal.intent(records.REFUND, 1234, card=sealed(terminal, register), **again)
    assert codes(books, terminal, body) == ["00"] and books.alarms() == {}


def test_sums_tell_refunds_apart(books, sold):
    refunded(books, sold, 500)
    refunded(books, sold, 100)
    found = {
        (row["kind"], row["state"]): (row["count"], row["amount"]) for row in reconcile.sums(books.engine)
    }
    assert found == {("sale", "approved"): (1, 1234), ("refund", "approved"): (2, 600)}
