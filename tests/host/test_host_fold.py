# SPDX-License-Identifier: MIT
"""Whatever the order, the grouping and the repetition of delivery, the books are the same."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pretend import Pretend, beside
from sqlalchemy import delete, select

from pos.codec import records
from suanpan.host import database, fold
from suanpan.host.schema import metadata, transactions


def history():
    """A terminal's records: approved, declined, offline, reversed, late, voided and refunded sales, a reversed void."""
    t = Pretend()
    bodies = [t.sale(100 + n) for n in range(8)]
    bodies += [t.outcome(1), t.outcome(2, records.DECLINED, "51"), t.outcome(3, offline=1), t.reversal(4)]
    bodies += [t.outcome(5), t.reversal(5), t.outcome(6), t.outcome(7)]
    bodies += [t.void(6, 105), t.void(7, 106)]
    bodies += [t.outcome(17), t.outcome(18), t.reversal(18), t.alarm()]
    bodies += [t.refund(7, 6), t.refund(7, 100)]
    return bodies + [t.outcome(23), t.reversal(24)]


HISTORY = history()
EXPECTED = {
    1: "approved", 2: "declined", 3: "approved", 4: "reversed", 5: "reversed", 6: "voided", 7: "approved",
    8: "pending", 17: "approved", 18: "reversed", 23: "approved", 24: "reversed",
}  # fmt: skip


def clear(books):
    with database.writing(books.engine) as connection:
        for table in metadata.sorted_tables:
            connection.execute(delete(table))


def deliver(books, order, cuts):
    """Records in `order`, in groups that end where `cuts` say."""
    terminal, group = Pretend(), []
    for index in order:
        group.append(HISTORY[index])
        if index in cuts:
            books.send(terminal, *beside(group, HISTORY))
            group = []
    return books.send(terminal, *beside(group, HISTORY))


def test_in_order(books):
    deliver(books, range(len(HISTORY)), ())
    assert books.states() == EXPECTED


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(len(HISTORY))), again=st.lists(st.sampled_from(range(len(HISTORY)))),
       cuts=st.sets(st.sampled_from(range(len(HISTORY)))))  # fmt: skip
def test_in_any_order(books, order, again, cuts):
    clear(books)
    last = deliver(books, order + again, cuts)
    assert books.states() == EXPECTED and not [code for code in books.alarms() if code != "301"]
    assert [(one.cumulative, one.ranges) for one in last.receipts] in ([(len(HISTORY), [])], [])


def test_the_books_can_be_rebuilt_from_the_records(books):
    deliver(books, range(len(HISTORY)), ())
    before = books.rows()
    with database.writing(books.engine) as connection:
        subjects = {tuple(row) for row in connection.execute(select(*transactions.primary_key))}
        connection.execute(delete(transactions))
        fold.refold(connection, fold.stored_about(connection, subjects))
    assert books.rows() == before


def test_records_that_contradict_each_other_raise_an_alarm(books, terminal):
    books.send(terminal, terminal.sale(), terminal.outcome(1), terminal.outcome(1, records.DECLINED, "51"))
    assert books.states() == {1: "approved"} and books.alarms() == {"state-conflict": 1}
