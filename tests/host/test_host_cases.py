# SPDX-License-Identifier: MIT
"""A person closes what was kept apart: into the books once, out of them for good, and it stays written who and why."""

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from click.testing import CliRunner
from pretend import AT_S, Pretend
from sqlalchemy import event
from test_host_restarts import Fate, Killed

from pos.codec import records
from suanpan.errors import Failure
from suanpan.host import database, ledger, reconcile, settling
from suanpan.host.commands import host
from suanpan.host.settling import BOOKED, DISMISSED, REVERSED

pytestmark = pytest.mark.fault("F6")


@pytest.fixture
def rival(books, terminal):
    """A device whose numbers the books' one has used: a sale of 900 approved, one of 800 declined, one of 700 open."""
    books.send(terminal.restarts(b"one"), terminal.sale(100), terminal.outcome(1), terminal.alarm())
    other = Pretend().restarts(b"two", 0)
    books.send(other, other.sale(900), other.outcome(1, auth_code="9"))
    books.send(other, other.sale(800), other.outcome(3, records.DECLINED, "51"), other.sale(700))
    return other


def case(books, amount):
    (found,) = [row["case"] for row in ledger.aside(books.engine) if row["amount"] == amount]
    return found


def close(books, case_id, outcome, note="compared with the shop", engine=None):
    with database.writing(engine or books.engine) as connection:
        return settling.settle(connection, settling.Decision(case_id, outcome, note, "wang"), AT_S)[1]


def in_books(books):
    return [(row["epoch"], row["seq"], row["state"], row["amount"]) for row in books.rows()]


def open_amounts(books):
    return [row["amount"] for row in ledger.aside(books.engine)]


def total(books):
    approved = [row for row in reconcile.sums(books.engine) if row["state"] == "approved"]
    return sum(row["amount"] for row in approved)


def test_a_booked_case_is_in_the_books_once_and_no_case_any_more(books, rival):
    one = case(books, 900)
    assert close(books, one, BOOKED) and not close(books, one, BOOKED)
    assert sorted(in_books(books)) == [(0, 1, "approved", 900), (1, 1, "approved", 100)]
    assert total(books) == 1000 and open_amounts(books) == [800, 700]
    (told,) = ledger.closed(books.engine)
    assert (told["outcome"], told["who"], told["note"]) == (BOOKED, "wang", "compared with the shop")


def test_a_chip_s_data_stays_with_its_sale_apart_and_in_the_books(books, rival):
    end = bytes.fromhex("9F270140") + bytes.fromhex("9F36020007")
    sale = rival.sale(600, entry="I")
    books.send(rival, sale, rival.icc(rival.seq, end, records.ICC_RESULT), rival.outcome(rival.seq - 1))
    (apart,) = [row for row in ledger.aside(books.engine) if row["amount"] == 600]
    assert (apart["emv"]["kind"], apart["emv"]["atc"]) == ("TC", "0007")
    close(books, case(books, 600), BOOKED)
    assert [row["emv"] for row in books.rows() if row["amount"] == 600] == [apart["emv"]]


def test_what_is_dismissed_or_given_back_stays_out(books, rival):
    close(books, case(books, 800), DISMISSED)
    close(books, case(books, 900), REVERSED)
    close(books, case(books, 700), REVERSED)
    assert in_books(books) == [(1, 1, "approved", 100)] and not open_amounts(books)
    assert not reconcile.aside(books.engine)


def test_what_was_booked_can_be_reversed_and_both_decisions_stay(books, rival):
    one = case(books, 900)
    for outcome in (BOOKED, REVERSED):
        assert close(books, one, outcome)
    assert (0, 1, "reversed", 900) in in_books(books) and total(books) == 100
    assert [row["outcome"] for row in ledger.closed(books.engine)] == [BOOKED, REVERSED]


@pytest.mark.parametrize(
    ("amount", "outcomes", "said"),
    [(800, [BOOKED], "declined"), (700, [BOOKED], "pending"), (800, [REVERSED], "declined"),
     (900, [DISMISSED, BOOKED], "closed by wang"), (900, [BOOKED, DISMISSED], "closed by wang"),
     (900, [BOOKED, REVERSED, BOOKED], "closed by wang"), (900, [REVERSED, DISMISSED], "closed by wang"),
     (900, [DISMISSED, REVERSED], "closed by wang")],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_the_next_step(books, rival, amount, outcomes, said):
    one = case(books, amount)
    for outcome in outcomes[:-1]:
        close(books, one, outcome)
    before = in_books(books), ledger.closed(books.engine)
    with pytest.raises(Failure, match=said) as failure:
        close(books, one, outcomes[-1])
    assert failure.value.next_step and before == (in_books(books), ledger.closed(books.engine))


def test_a_case_opens_again_when_its_records_say_something_else(books, rival):
    one = case(books, 900)
    close(books, one, BOOKED)
    books.send(rival, rival.reversal(1))
    assert open_amounts(books) == [900, 800, 700] and total(books) == 1000
    with pytest.raises(Failure, match="closed by wang"):
        close(books, one, DISMISSED)
    with pytest.raises(Failure, match="no money in it to book"):
        close(books, one, BOOKED)
    assert close(books, one, REVERSED) and open_amounts(books) == [800, 700] and total(books) == 100


def test_what_was_given_back_is_not_booked_when_its_reversal_comes(books, rival):
    one = case(books, 900)
    close(books, one, BOOKED)
    close(books, one, REVERSED)
    books.send(rival, rival.reversal(1))
    with pytest.raises(Failure, match="no money in it to book"):
        close(books, one, BOOKED)
    assert (0, 1, "reversed", 900) in in_books(books)


def test_a_void_takes_back_the_sale_of_its_own_device(books, rival):
    books.send(rival, rival.void(1, 900), rival.outcome(6))
    sale, void = (row["case"] for row in ledger.aside(books.engine) if row["amount"] == 900)
    with pytest.raises(Failure, match="kept apart too"):
        close(books, void, BOOKED)
    for one in (sale, void):
        close(books, one, BOOKED)
    assert sorted(in_books(books))[:2] == [(0, 1, "voided", 900), (0, 2, "approved", 900)]
    with pytest.raises(Failure, match="voided already"):
        close(books, sale, REVERSED)
    close(books, void, REVERSED)
    assert sorted(in_books(books))[:2] == [(0, 1, "approved", 900), (0, 2, "reversed", 900)]


def test_a_void_of_a_sale_in_the_books(books, terminal):
    books.send(terminal.restarts(b"one"), terminal.sale(100), terminal.outcome(1), terminal.alarm())
    other = Pretend().restarts(b"two", 2)
    books.send(other, other.void(1, 100), other.outcome(3), other.void(1, 99), other.outcome(5))
    close(books, case(books, 100), BOOKED)
    assert (1, 1, "voided", 100) in in_books(books)
    with pytest.raises(Failure, match="no approved sale"):
        close(books, case(books, 99), BOOKED)


def test_refunds_of_a_sale_in_the_books(books, terminal):
    books.send(terminal.restarts(b"one"), terminal.sale(100), terminal.outcome(1), terminal.alarm())
    other = Pretend().restarts(b"two", 2)
    books.send(other, other.refund(1, 60), other.outcome(3), other.refund(1, 41), other.outcome(5))
    books.send(other, other.void(1, 100), other.outcome(7))
    one = case(books, 60)
    close(books, one, BOOKED)
    assert {(1, 1, "approved", 100), (0, 1, "approved", 60)} <= set(in_books(books))
    for amount in (41, 100):
        with pytest.raises(Failure, match="no approved sale"):
            close(books, case(books, amount), BOOKED)
    close(books, one, REVERSED)
    close(books, case(books, 41), BOOKED)


def test_a_sale_with_a_refund_is_not_given_back_once_more(books, terminal):
    books.send(terminal.restarts(b"one"), terminal.alarm(), terminal.alarm())
    other = Pretend().restarts(b"two", 0)
    books.send(other, other.sale(100), other.outcome(1), other.refund(1, 60), other.outcome(3))
    sold, given = case(books, 100), case(books, 60)
    close(books, sold, BOOKED)
    close(books, given, BOOKED)
    with pytest.raises(Failure, match="given back already"):
        close(books, sold, REVERSED)
    close(books, given, REVERSED)
    close(books, sold, REVERSED)
    assert in_books(books) == [(0, 1, "reversed", 100), (0, 2, "reversed", 60)]


def test_what_comes_after_all_from_the_device_that_is_followed_counts_once(books, terminal):
    """A copy of its image brought what the first device had not sent yet; a person booked it too early."""
    books.send(terminal.restarts(b"one"), terminal.alarm())
    sold, outcome = terminal.sale(500), terminal.outcome(2)
    copy = Pretend().restarts(b"two", 0)
    books.send(copy, sold, outcome)
    close(books, case(books, 500), BOOKED)
    books.send(terminal, sold, outcome)
    assert in_books(books) == [(1, 2, "approved", 500)] and not open_amounts(books)
    assert [row["outcome"] for row in ledger.closed(books.engine)] == [BOOKED, "arrived"]


def test_two_persons_at_once_book_it_once(books, rival):
    one = case(books, 900)
    engines = [database.open_engine(books.url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        changed = list(pool.map(lambda engine: close(books, one, BOOKED, engine=engine), engines))
    for engine in engines:
        engine.dispose()
    assert sorted(changed) == [False, False, False, True]
    assert total(books) == 1000 and len(ledger.closed(books.engine)) == 1


def test_killed_at_every_statement(books, rival):
    books.send(rival, rival.void(1, 900), rival.outcome(6))
    sale, void = (row["case"] for row in ledger.aside(books.engine) if row["amount"] == 900)
    for one, booked in ((sale, 1), (void, 2)):
        for last in count(1):
            engine, fate = database.open_engine(books.url), Fate(last)
            for name in ("before_cursor_execute", "commit"):
                event.listen(engine, name, fate.step)
            try:
                close(books, one, BOOKED, engine=engine)
                break
            except Killed:
                assert len(ledger.closed(books.engine)) == booked - 1, "a case is closed whole or not at all"
            finally:
                engine.dispose()
        assert last > 4 and len(ledger.closed(books.engine)) == booked
        assert not close(books, one, BOOKED)
    assert sorted(in_books(books))[:2] == [(0, 1, "voided", 900), (0, 2, "approved", 900)]


@pytest.fixture
def run(books, monkeypatch):
    monkeypatch.setenv("SUANPAN_DB", books.url)

    def call(*words, code=0):
        result = CliRunner().invoke(host, ["cases", *words])
        assert result.exit_code == code, result.output
        return json.loads(result.stdout) if "--json" in words and not code else result.output

    return call


def test_the_command(run, books, rival):
    words = ("close", case(books, 900), "--outcome", "booked", "--note", "slip 000001 seen", "--by", "li")
    tried = run(*words, "--dry-run", "--json")
    assert (tried["changed"], tried["dry_run"], tried["amount"]) == (True, True, 900)
    assert not ledger.closed(books.engine)
    assert run(*words, "--yes", "--json")["changed"] is True
    assert "was already booked" in run(*words, "--yes")
    (told,) = run("--json")["closed"]
    assert (told["outcome"], told["who"], told["note"]) == ("booked", "li", "slip 000001 seen")
    assert "slip 000001 seen" in run() and total(books) == 1000


def test_the_command_asks_and_explains(run, books, rival):
    words = ("close", case(books, 900), "--outcome", "booked")
    assert "Close case" in run(*words, "--note", "x", code=1) and not ledger.closed(books.engine)
    assert "Next:" in run(*words, "--note", " ", "--yes", code=2)
    assert "Next:" in run("close", "nothing", "--outcome", "booked", "--note", "x", "--yes", code=1)
    run(*words, code=2)
