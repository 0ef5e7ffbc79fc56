# SPDX-License-Identifier: MIT
"""Invariants 1, 2 and 7: what paper, wire and files may say. Each check fails on an honest run that was doctored."""

import base64
from dataclasses import replace

import pytest
from honest_run import PAN, altered, broken, slip, with_host, with_rows

from pos.domain import receipt
from suanpan.simulator.invariants import Evidence, Slip

# 1: durable before visible


def test_a_slip_without_a_journal_record_is_told(left):
    strange = Slip(left.slips[0].text.replace("000002", "000077"), True)
    doctored = replace(left, slips=[strange])
    assert "slip 1: voucher 000077 is not in the journal" in broken(doctored)[1]
    elsewhere = altered(left.host.transactions[0], epoch=9, voucher=77)  # of an earlier terminal of that name
    assert 1 in broken(with_rows(doctored, lambda rows: [elsewhere]))


def test_a_slip_of_what_the_journal_retains_no_longer_is_looked_up_at_the_host(left):
    shorter = replace(left, journal=left.journal[3:], slips=[left.slips[0]])
    assert not broken(shorter)
    assert 1 in broken(with_rows(shorter, lambda rows: rows[1:]))


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


# 7: secrets stay


@pytest.mark.parametrize(
    ("form", "data"),
    [
        ("text", b"<" + PAN.encode() + b">"),
        ("packed digits", bytes.fromhex("0" + PAN + "d")),
        ("base64 of text", base64.b64encode(b"a: " + PAN.encode() + b"?")),
    ],
)
def test_a_number_in_an_artefact_is_told_without_showing_it(left, form, data):
    found = broken(replace(left, files={"device.log": b"\x00\x01" + data + b"\xff"}))
    assert found == {7: f"device.log holds 625094…0014 in clear ({form})"}
