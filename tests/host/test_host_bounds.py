# SPDX-License-Identifier: MIT
"""No device grows the tables without end: the first and the newest are kept, the rest is counted (FAULTS F19).

Money is never let go, other terminals do not notice, and an honest terminal never meets a limit.
"""

import random

import pytest
from pretend import AT_S, Pretend, beside, encode
from sqlalchemy import func, select, text

from pos.codec import cbor, records
from suanpan.host import bounds, database, ledger, reconcile, sequence
from suanpan.host.schema import cursors, gaps, quarantine
from suanpan.host.schema import records as table

SMALL = 10


@pytest.fixture
def small(books, monkeypatch):
    """Books whose limits are soon reached."""
    monkeypatch.setattr(bounds, "ALARMS", SMALL)
    monkeypatch.setattr(bounds, "RECORDS", SMALL)
    monkeypatch.setattr(sequence, "MOST_GAPS", SMALL)
    return books


def rows(books, of):
    with database.reading(books.engine) as connection:
        return connection.execute(select(func.count()).select_from(of)).scalar()


def flood(books):
    return {(row["terminal"], row["detail"]): row["count"] for row in ledger.all_alarms(books.engine)
            if row["code"] == "flood"}  # fmt: skip


@pytest.mark.fault("F19")
def test_poison_is_kept_first_and_newest_and_counted(books, terminal):
    sent = bounds.MESSAGES + 7
    books.take(terminal, *(b"junk %03d" % n for n in range(sent)), terminal.message(terminal.sale()))
    other = Pretend("SIM00002")
    books.send(other, other.sale())
    books.take(other, b"junk")
    assert flood(books) == {("", "quarantine malformed"): 7}  # nobody had registered it yet
    with database.reading(books.engine) as connection:
        kept = [row.raw for row in connection.execute(select(quarantine).order_by(quarantine.c.id))]
    half = bounds.MESSAGES // 2
    assert kept[:half] == [b"junk %03d" % n for n in range(half)]
    assert kept[half:-1] == [b"junk %03d" % n for n in range(sent - half, sent)] and kept[-1] == b"junk"
    assert len(books.rows()) == 2


@pytest.mark.fault("F19")
def test_strangers_share_one_limit_however_many_names_they_invent(books, terminal):
    names = [Pretend(f"X{n}") for n in range(bounds.MESSAGES + 20)]
    for one in names:
        books.take(one, one.message(one.sale()))
    assert rows(books, quarantine) == bounds.MESSAGES
    assert flood(books) == {("", "quarantine unknown-terminal"): 20}


@pytest.mark.fault("F19")
def test_alarms_are_bounded_for_each_terminal_and_code(small, terminal):
    told = [terminal.alarm(301, f"no network {n}") for n in range(SMALL + 5)]
    small.send(terminal, *told, terminal.alarm(305, "epoch 1"))
    invented = [terminal.alarm(60_000 + n, "?") for n in range(SMALL + 5)]
    small.send(terminal, *invented)
    assert flood(small) == {
        ("SIM00001", "alarms terminal/301"): 5, ("SIM00001", "alarms terminal/unknown"): 5,
    }  # fmt: skip
    assert small.alarms()["305"] == 1 and rows(small, table) == 2 * SMALL + 11


@pytest.mark.fault("F19")
def test_money_kept_apart_is_never_let_go(small, terminal):
    small.send(terminal.restarts(b"one"), terminal.sale(), terminal.outcome(1))
    rival = Pretend().restarts(b"two", 0)
    for n in range(SMALL + 3):
        small.send(rival, rival.sale(900 + n), cbor.dumps([200, 1, rival.seq + 100, 0, n]))
        rival.seq -= 1
        small.send(rival, encode(records.PRINT, epoch=1, seq=50 + n))
    assert len(ledger.aside(small.engine)) == SMALL + 3
    assert flood(small)["SIM00001", "quarantine disputed"] == 3
    assert rows(small, quarantine) == 2 * (SMALL + 3) + SMALL


@pytest.mark.fault("F19")
def test_gaps_are_merged_in_the_middle_and_no_record_is_lost_or_doubled(small, terminal):
    bodies = [terminal.sale(n) for n in range(1, 61)]
    order = bodies[1::2]
    for body in order:
        (receipt,) = small.send(terminal, body).receipts
    assert rows(small, gaps) == SMALL and flood(small) == {("SIM00001", "gaps"): 20}
    shown = reconcile.missing(small.engine)
    assert sum(gap["missing"] for gap in shown) == 30
    assert (shown[0]["first"], shown[0]["last"], shown[-1]["first"]) == (1, 1, 59)
    again = small.send(terminal, *order)
    assert again.stored == 0 and rows(small, table) == 30 and "other-body" not in small.alarms()
    (receipt,) = small.send(terminal, *bodies).receipts
    assert (receipt.cumulative, receipt.ranges) == (60, [])
    assert rows(small, gaps) == 0 and rows(small, table) == 60


@pytest.mark.fault("F19")
def test_what_comes_in_a_coarse_gap_is_receipted_and_the_first_body_stands(small, terminal):
    bodies = [terminal.sale(n) for n in range(1, 61)]
    for body in bodies[1::2]:
        small.send(terminal, body)
    (receipt,) = small.send(terminal, bodies[30]).receipts
    assert any(low <= 31 <= high for low, high in receipt.ranges)
    small.send(terminal, Pretend(seq=29).sale(777))
    assert small.alarms()["other-body"] == 1 and rows(small, table) == 31


@pytest.mark.fault("F19")
def test_epochs_that_are_only_named_leave_nothing(books, terminal):
    books.send(terminal, terminal.alarm())
    for epoch in range(2, 20):
        one = Pretend(epoch=epoch).restarts(b"%d" % epoch, 0)
        (receipt,) = books.send(one).receipts
        assert (receipt.cumulative, receipt.ranges) == (0, [])
    assert rows(books, cursors) == 1


def month_offline(terminal):
    """12 000 records of 30 days, as they wait in the journal."""
    for day in range(30):
        for n in range(200):
            yield terminal.sale(100 + n)
            yield terminal.outcome(terminal.seq)
        yield terminal.alarm(102, f"trace {day:06}")


def test_an_honest_terminal_after_a_month_offline_meets_no_limit(books, terminal):
    """It sends in order, a window of 64 messages of 32; half of them are lost, and requests overtake."""
    bodies, chance = list(month_offline(terminal)), random.Random(5)
    batches = [beside(bodies[n : n + 32], bodies[max(0, n - 1) : n]) for n in range(0, len(bodies), 32)]
    for first in range(0, len(batches), 64):
        window = batches[first : first + 64]
        lost = [one for one in window if chance.random() < 0.5]
        urgent = terminal.message(terminal.sale(), urgent=True)
        books.take(terminal, *(terminal.message(*one) for one in window if one not in lost), urgent)
        books.take(terminal, *(terminal.message(*one) for one in lost))
    assert rows(books, table) == terminal.seq == len(bodies) + 6 and not flood(books)
    assert rows(books, gaps) == 0 and not books.quarantine()


def test_books_of_the_version_before_are_bounded_from_now_on(db_url):
    engine = database.open_engine(db_url)
    database.migrate(engine, "0003")
    row = {"terminal": "NOBODY", "detail": "", "topic": "", "raw_hash": b"h", "raw": b"x", "at_s": AT_S}
    names = "reason, terminal, detail, topic, raw_hash, raw, count, first_s, last_s"
    keep = text(f"""INSERT INTO quarantine ({names})
        VALUES (:reason, :terminal, :detail, :topic, :raw_hash, :raw, 1, :at_s, :at_s)""")
    with database.writing(engine) as connection:
        connection.execute(keep, [{**row, "reason": "malformed"}, {**row, "reason": "disputed"}])
        connection.execute(text("INSERT INTO gaps VALUES ('SIM1', 1, 3, 7, 0, false)"))
    database.migrate(engine)
    with database.reading(engine) as connection:
        pools = connection.execute(select(quarantine.c.reason, quarantine.c.pool)).all()
        assert connection.execute(select(gaps.c.missing)).scalar() == 5
    engine.dispose()
    assert sorted(map(tuple, pools)) == [("disputed", None), ("malformed", "/malformed")]
