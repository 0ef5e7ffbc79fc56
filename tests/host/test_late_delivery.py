# SPDX-License-Identifier: MIT
"""FAULTS F17: what was sent arrives again, in any order, a month later; each record has one effect."""

from random import Random

import pytest
from pretend import AT_S

from suanpan.host.committed import Message

pytestmark = pytest.mark.fault("F17")
MONTH_S = 30 * 86400
SALES = 12


def take(books, terminal, payloads, at_s):
    return books.ingest.commit([Message(terminal.up, payload) for payload in payloads], at_s)


def sold(terminal):
    """One message for each sale, and one for its outcome with the sale beside it."""
    for number in range(SALES):
        sale = terminal.sale(100 + number)
        yield terminal.message(sale)
        yield terminal.message(sale, terminal.outcome(2 * number + 1))


def test_a_replay_after_a_month_in_any_order_changes_nothing_and_is_receipted(books, terminal):
    messages = list(sold(terminal))
    take(books, terminal, messages, AT_S)
    before = books.rows()
    for seed in range(5):
        Random(seed).shuffle(messages)
        committed = take(books, terminal, messages * 2, AT_S + MONTH_S)
        assert committed.stored == 0
        assert {receipt.cumulative for receipt in committed.receipts} == {2 * SALES}
    assert books.rows() == before and not {"other-body", "state-conflict"} & set(books.alarms())


def test_what_arrives_for_the_first_time_after_a_month_and_in_reverse_is_taken(books, terminal):
    for message in reversed(list(sold(terminal))):
        committed = take(books, terminal, [message], AT_S + MONTH_S)
    assert [receipt.cumulative for receipt in committed.receipts] == [2 * SALES]
    rows = books.rows()
    assert sorted(row["amount"] for row in rows) == [100 + number for number in range(SALES)]
    assert {row["state"] for row in rows} == {"approved"}
    assert {row["occurred_at"] for row in rows} == {"2026-01-01T00:00:00Z"}
    assert {row["received_at"] for row in rows} == {"2026-01-31T00:00:00Z"}
