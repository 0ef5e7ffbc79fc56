# SPDX-License-Identifier: MIT
"""Each check of DESIGN section 2 holds on what an honest run leaves, and fails on the same thing doctored."""

import base64
from dataclasses import replace

import pytest
from pretend import Pretend, encode

from pos.codec import records
from pos.domain import receipt
from pos.domain.transaction import fold_all
from pos.ui.strings import Strings
from suanpan.host import sandbox
from suanpan.simulator.inspection import host_books
from suanpan.simulator.invariants import Evidence, Slip, check, lost

PAN = sandbox.cards["mag-credit"]["pan"]
SHOP = {
    "merchant_name": "Shop", "merchant_id": "1", "terminal": "SIM00001", "acquirer": "A", "utc_offset_min": 480
}  # fmt: skip


def journal(terminal):
    """A sale, a declined one, and the void of the first."""
    return [
        terminal.alarm(),
        terminal.sale(1234),
        terminal.outcome(2),
        terminal.sale(5678),
        terminal.outcome(4, records.DECLINED, "51"),
        terminal.void(2, 1234),
        terminal.outcome(6),
    ]


def slip(evidence, seq, copy=receipt.MERCHANT, language="en", reprint=False, complete=True):
    """The slip that the terminal prints of the transaction `seq`."""
    (sold,) = [one for one in fold_all(evidence.records) if one.seq == seq]
    lines = receipt.lines(sold, SHOP, copy, Strings(language), reprint)
    return Slip("\n".join(line.text for line in lines if line != receipt.CUT), complete)


@pytest.fixture
def terminal():
    return Pretend()


@pytest.fixture
def left(books, terminal):
    """What an honest run leaves."""
    told = journal(terminal)
    books.send(terminal, *told)
    evidence = Evidence(told, sent=told[1:3], secrets=[PAN], host=host_books(books.url, "SIM00001"))
    evidence.host.decided.add((1, 2))
    evidence.slips += [
        slip(evidence, 2),
        slip(evidence, 2, receipt.CUSTOMER),
        slip(evidence, 6, language="zh"),
    ]
    evidence.files["receipts/001.txt"] = evidence.slips[0].text.encode()
    return evidence


def broken(evidence):
    """{number: detail} of the invariants that do not hold."""
    return {one["number"]: one["detail"] for one in check(evidence) if not one["holds"]}


def with_host(evidence, **changes):
    return replace(evidence, host=evidence.host._replace(**changes))


def with_rows(evidence, change):
    return with_host(evidence, transactions=change(list(evidence.host.transactions)))


def altered(row, **changes):
    return {**row, **changes}


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


# 1: durable before visible


def test_a_slip_without_a_journal_record_is_told(left):
    strange = Slip(left.slips[0].text.replace("000002", "000077"), True)
    assert "slip 1: voucher 000077 is not in the journal" in broken(replace(left, slips=[strange]))[1]


@pytest.mark.parametrize("complete", [True, False])
def test_a_slip_of_a_declined_sale_is_told(left, complete):
    assert "voucher 000004 is declined" in broken(replace(left, slips=[slip(left, 4, complete=complete)]))[1]


def test_a_slip_with_another_amount_is_told(left):
    wrong = Slip(left.slips[0].text.replace("CNY 12.34", "CNY 12.35"), True)
    assert "shows CNY 12.35, the journal CNY 12.34" in broken(replace(left, slips=[wrong]))[1]


def test_a_whole_slip_without_amount_or_number_is_told(left):
    assert "no amount" in broken(replace(left, slips=[Slip(left.slips[0].text.replace("CNY", ""), True)]))[1]
    assert "no voucher number" in broken(replace(left, slips=[Slip("Shop", True)]))[1]
    assert not broken(replace(left, slips=[Slip("Shop", False)]))


@pytest.mark.parametrize("copy", [receipt.MERCHANT, receipt.CUSTOMER])
def test_the_same_copy_twice_is_told_unless_marked_or_torn(left, copy):
    again = slip(left, 2, copy, "zh")
    assert "voucher 000002 has 2" in broken(replace(left, slips=[*left.slips, again]))[1]
    assert not broken(replace(left, slips=[*left.slips, again._replace(complete=False)]))
    assert not broken(replace(left, slips=[*left.slips, slip(left, 2, copy, reprint=True)]))


def test_a_record_that_was_sent_and_is_not_in_the_journal_is_told(left, terminal):
    assert "epoch 1, seq 8 was sent" in broken(replace(left, sent=[terminal.alarm()]))[1]


# 2: intent before money


def test_a_decision_without_intent_is_told(left):
    assert "decided on epoch 1, seq 9" in broken(with_host(left, decided={(1, 9)}))[2]
    assert "decided on epoch 1, seq 3" in broken(with_host(left, decided={(1, 3)}))[2]


def test_an_intent_that_was_never_settled_is_told_at_the_next_one(terminal):
    told = [terminal.sale(), terminal.sale()]
    assert "seq 2 begins before epoch 1, seq 1" in broken(Evidence(told))[2]
    assert not broken(Evidence(told[:1]))


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


# 7: secrets stay


@pytest.mark.parametrize(
    ("form", "data"),
    [
        ("text", b"<" + PAN.encode() + b">"),
        ("hexadecimal", PAN.encode().hex().encode()),
        ("packed digits", bytes.fromhex(PAN)),
        ("packed digits", bytes.fromhex("0" + PAN + "d")),
        ("base64", base64.b64encode(b"\n" + PAN.encode())),
        ("base64", base64.b64encode(b"a: " + PAN.encode() + b"?")),
        ("base64", base64.b64encode(b"ab" + PAN.encode())),
        ("UTF-16", PAN.encode("utf-16-le")),
        ("UTF-16", PAN.encode("utf-16-be")),
    ],
)
def test_a_number_in_an_artefact_is_told_without_showing_it(left, form, data):
    found = broken(replace(left, files={"device.log": b"\x00\x01" + data + b"\xff"}))
    assert found == {7: f"device.log holds 625094…0014 in clear ({form})"}
