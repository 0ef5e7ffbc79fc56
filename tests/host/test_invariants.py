# SPDX-License-Identifier: MIT
"""The invariants of DESIGN section 2: an honest run holds each; 3 to 6 fail on the same run doctored."""

from dataclasses import replace

import pytest
from honest_run import altered, broken, journal, with_host, with_rows
from pretend import Pretend, encode

from pos.codec import records
from suanpan.simulator.inspection import host_books
from suanpan.simulator.invariants import Evidence, check, lost


def test_an_honest_run_holds_every_invariant(left):
    assert check(left) == [
        {"number": number, "name": name, "holds": True}
        for number, name in (
            (1, "durable before visible"),
            (2, "intent before money"),
            (3, "exactly one effect"),
            (4, "the host's receipt retires"),
            (5, "conservation"),
            (6, "nothing unsent is dropped"),
            (7, "secrets stay"),
        )
    ]


def test_a_run_without_own_host_judges_only_what_it_can_see(left):
    assert [one["number"] for one in check(replace(left, host=None))] == [1, 2, 3, 7]


def test_records_that_wait_are_no_difference(books, terminal):
    told = journal(terminal)
    books.send(
        terminal, *told[:2], told[3], told[5], told[6]
    )  # the void has overtaken the outcome of its sale
    evidence = Evidence(told, {(1, 3), (1, 5)}, host=host_books(books.url, "SIM00001"))
    assert not broken(evidence)


def test_another_epoch_at_the_host_is_another_terminal(left):
    older = altered(left.host.transactions[0], epoch=9)
    assert not broken(with_rows(left, lambda rows: [*rows, older]))


# 3: exactly one effect


@pytest.mark.parametrize("change", ["missing", "twice", "swapped"])
def test_numbers_that_do_not_rise_by_one_are_told(left, change):
    one, two, three, *rest = left.journal
    doctored = {"missing": [one, three], "twice": [one, two, two, three], "swapped": [two, one, three]}[
        change
    ]
    assert "follows" in broken(replace(left, journal=[*doctored, *rest], host=None))[3]


def test_a_new_epoch_begins_with_1():
    before, after, late = Pretend(), Pretend(epoch=2), Pretend(epoch=2)
    late.alarm()
    assert not broken(Evidence([before.alarm(), after.alarm()]))
    assert 3 in broken(Evidence([before.alarm(), late.alarm()]))


def test_a_broken_hash_chain_is_told(left):
    assert broken(replace(left, damage=["block 1 was changed"])) == {3: "block 1 was changed"}


def test_a_record_that_the_journal_lost_is_told(left):
    assert "seq 7 is with the host" in broken(replace(left, journal=left.journal[:-1]))[3]


def test_another_body_at_the_host_is_told(left):
    forged = encode(records.ALARM, epoch=1, seq=1, code=1)
    doctored = with_host(left, records={**left.host.records, (1, 1): forged})
    assert "seq 1 is with the host with another body" in broken(doctored)[3]


def test_a_row_that_is_doubled_missing_or_invented_is_told(left):
    assert "2 rows of epoch 1, seq 2" in broken(with_rows(left, lambda rows: [*rows, rows[0]]))[3]
    assert "seq 2: the host has no row" in broken(with_rows(left, lambda rows: rows[1:]))[3]
    invented = altered(left.host.transactions[0], seq=8)
    assert "seq 8: the host has a row without" in broken(with_rows(left, lambda rows: [*rows, invented]))[3]


@pytest.mark.parametrize("change", [{"amount": 1}, {"state": "approved"}, {"fee": 8}, {"occurred_at": None}])
def test_a_row_that_differs_from_its_records_is_told(left, change):
    (name,) = change
    found = broken(with_rows(left, lambda rows: [altered(rows[0], **change), *rows[1:]]))
    assert f"epoch 1, seq 2: {name} is" in found[3]


def test_an_approved_void_of_what_was_never_approved_is_told(terminal):
    told = [
        terminal.sale(),
        terminal.outcome(1, records.DECLINED, "51"),
        terminal.void(1),
        terminal.outcome(3),
    ]
    assert "seq 3 voids epoch 1, seq 1, which is declined" in broken(Evidence(told))[3]


def test_records_that_contradict_each_other_are_told(terminal):
    told = [terminal.sale(), terminal.outcome(1, records.DECLINED, "51"), terminal.outcome(1)]
    assert "declined cannot become approved" in broken(Evidence(told))[3]


# 4, 5, 6: delivery


def test_a_receipt_for_what_the_host_does_not_hold_is_told(left):
    held = {one: body for one, body in left.host.records.items() if one != (1, 1)}
    doctored = with_host(left, records=held)
    assert broken(doctored) == {4: "epoch 1, seq 1 has a receipt, and the host does not hold it"}
    assert not broken(replace(doctored, pending={(1, 1)}))
    assert not broken(replace(doctored, earlier=(1, 1)))


@pytest.mark.parametrize("change", [{"amount": 1}, {"fee": 0}, {"state": "approved"}, {"batch": 2}])
def test_sums_that_differ_are_told(left, change):
    assert 5 in broken(with_rows(left, lambda rows: [altered(rows[0], **change), *rows[1:]]))


def test_a_record_that_left_the_journal_unsent_is_told(left):
    shorter = replace(left, journal=left.journal[1:])
    assert not broken(shorter)
    held = {one: body for one, body in left.host.records.items() if one != (1, 1)}
    assert broken(with_host(shorter, records=held)) == {
        6: "epoch 1, seq 1 is neither in the journal nor with the host"
    }


def test_a_journal_that_cannot_be_read_any_more_has_dropped_everything():
    assert [(one["number"], one["holds"], one["detail"]) for one in lost("no header")] == [
        (6, False, "no header")
    ]


# refunds


def refunds(terminal, *amounts):
    """A sale of 1234 and approved refunds of it."""
    told = [terminal.sale(), terminal.outcome(1)]
    for amount in amounts:
        told.append(terminal.refund(1, amount))
        told.append(terminal.outcome(terminal.seq))
    return told


def test_refunds_up_to_what_was_paid_hold(books, terminal):
    told = refunds(terminal, 1000, 234)
    books.send(terminal, *told)
    assert not broken(Evidence(told, host=host_books(books.url, "SIM00001")))


def test_more_given_back_than_was_paid_is_told_of_journal_and_host(books, terminal):
    told = refunds(terminal, 1000, 235)
    books.send(terminal, *told)
    found = broken(Evidence(told, host=host_books(books.url, "SIM00001")))
    assert found[3] == "epoch 1, seq 1: 1235 given back of 1234"
    assert found[5] == "epoch 1, seq 1: the host has given back 1235 of 1234"


def test_a_refund_of_a_voided_sale_is_told(terminal):
    told = [*refunds(terminal, 500), terminal.void(1), terminal.outcome(5)]
    assert "seq 3 refunds epoch 1, seq 1, which is voided" in broken(Evidence(told))[3]


def test_a_refund_that_is_approved_offline_is_told(terminal):
    told = [terminal.sale(), terminal.outcome(1), terminal.refund(1, 500), terminal.outcome(3, offline=1)]
    assert broken(Evidence(told))[3] == "epoch 1, seq 3 is a refund that the host was not asked for"
