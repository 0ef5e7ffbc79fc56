# SPDX-License-Identifier: MIT
"""Books put back from a backup get what they lack from a terminal's journal: once, checked, never over what stands."""

import base64
import hashlib
import json
from itertools import count

import pytest
from click.testing import CliRunner
from pretend import AT_S, Pretend
from sqlalchemy import event, func, select
from test_host_restarts import Fate, Killed

from pos.codec import records
from pos.journal import Journal
from pos.journal.devices import BLOCK, RamDevice
from suanpan.host import database, entry, ledger, reconcile
from suanpan.host.commands import host
from suanpan.host.restoring import Restoring
from suanpan.host.schema import imported, imports
from suanpan.host.schema import records as table
from suanpan.journal.evidence import evidence, records_in

NAME, SALES = "SIM00001", 30
pytestmark = pytest.mark.fault("F6")


def device(sales=SALES, name=NAME, epoch=1):
    """A journal of sales with their outcomes, all receipted, and an alarm that is not."""
    made = RamDevice(12)
    Journal.format(made, name, epoch)
    log = Journal(made)
    log.recover()
    for n in range(sales):
        fields = {"at_s": AT_S, "amount": 100 + n, "currency": "CNY", "trace": n + 1, "voucher": n + 1}
        seq = log.append(records.SALE, records.SALE.values(**fields, batch=1, entry="S"))
        about = {"of_epoch": epoch, "of_seq": seq, "state": records.APPROVED, "code": "00"}
        log.append(records.OUTCOME, records.OUTCOME.values(at_s=AT_S, **about))
    log.append(records.ALARM, records.ALARM.values(at_s=AT_S, code=301, severity=2, detail="x"))
    return made


def image_of(made):
    return b"".join(bytes(page) if page else b"\xff" * 256 for page in made.pages)


@pytest.fixture(scope="module")
def image():
    return image_of(device())


@pytest.fixture
def bodies(image):
    return [body for *_, body in records_in(image)]


@pytest.fixture
def run(books, monkeypatch, tmp_path):
    monkeypatch.setenv("SUANPAN_DB", books.url)

    def call(content, *words, code=0):
        path = tmp_path / "file"
        path.write_bytes(content)
        result = CliRunner().invoke(host, ["import", str(path), *words])
        assert result.exit_code == code, result.output
        return json.loads(result.stdout.splitlines()[0]) if "--json" in words else result.output

    return call


def put_back(books, bodies, held=4):
    """A backup that holds the first records; the terminal was receipted for all but the last, which it sends."""
    old = Pretend().restarts(b"one", 0)
    books.send(old, *bodies[:held])
    old.restarts(b"two", len(bodies) - 1, len(bodies) - 1)
    books.send(old, bodies[-1])


def export(image):
    return json.dumps(evidence(image)).encode()


def stored(books, of=table):
    with database.reading(books.engine) as connection:
        return connection.execute(select(func.count()).select_from(of)).scalar()


@pytest.mark.parametrize("form", [export, bytes])
def test_what_the_books_lack_is_taken_once_and_its_origin_is_marked(run, books, image, bodies, form):
    put_back(books, bodies)
    assert books.alarms()["gap"] == 1
    said = run(form(image), "--json", "--by", "li")
    assert (said["taken"], said["held"], said["apart"], said["left"]) == (56, 5, 0, 0)
    assert not reconcile.missing(books.engine) and stored(books) == len(bodies) == 61
    assert sorted(row["amount"] for row in books.rows()) == [100 + n for n in range(SALES)]
    assert {row["state"] for row in books.rows()} == {"approved"}
    again = run(form(image), "--json")
    assert (again["taken"], again["held"]) == (0, 61) and stored(books) == 61
    assert stored(books, imported) == 56
    with database.reading(books.engine) as connection:
        first = connection.execute(select(imports).order_by(imports.c.id)).first()
    assert (first.terminal, first.who, first.image_sha256) == (NAME, "li", hashlib.sha256(image).hexdigest())


def test_a_dry_run_changes_nothing(run, books, image, bodies):
    put_back(books, bodies)
    assert run(image, "--json", "--dry-run")["taken"] == 56
    assert stored(books) == 5 and stored(books, imports) == 0 and "would be taken" in run(image, "--dry-run")


def test_the_terminal_goes_on_as_if_nothing_had_been_missing(run, books, image, bodies):
    put_back(books, bodies)
    run(image)
    on = Pretend(seq=len(bodies))
    on.nonce, on.since = b"two", len(bodies)
    (receipt,) = books.send(on, on.sale(5), on.outcome(len(bodies) + 1)).receipts
    assert receipt.cumulative == len(bodies) + 2 and "disputed" not in books.alarms()
    on.restarts(b"three")
    assert books.send(on, on.sale(6)).receipts


def test_what_the_terminal_will_send_itself_is_left_with_it_unless_it_is_suspended(run, books, image, bodies):
    books.send(Pretend().restarts(b"one", 0), *bodies[:4])
    said = run(image, "--json")
    assert (said["taken"], said["held"], said["left"]) == (0, 4, 57)
    assert "sends them itself" in run(image)
    CliRunner().invoke(host, ["terminals", "suspend", NAME])
    assert run(image, "--json")["taken"] == 57 and stored(books) == 61


def test_an_epoch_that_ended_before_the_newest_is_taken_whole(run, books, image):
    new = Pretend(epoch=2)
    books.send(new, new.sale(7))
    assert run(image, "--json")["taken"] == 61
    assert len(books.rows()) == SALES + 1 and not reconcile.missing(books.engine)


def test_another_history_is_kept_apart_and_overwrites_nothing(run, books, image, bodies):
    put_back(books, bodies)
    other = Pretend(seq=4)
    other.nonce = b"one"
    books.send(other, other.sale(999))
    said = run(image, "--json", code=8)
    assert said["taken"] == 0 and said["apart"] == 56
    assert 999 in [row["amount"] for row in books.rows()] and len(books.rows()) == 3
    assert len(ledger.aside(books.engine)) == SALES - 2
    assert run(image, "--json", code=8)["apart"] == 56 and len(ledger.aside(books.engine)) == SALES - 2


def test_what_was_changed_is_not_taken(run, books, image, bodies):
    put_back(books, bodies)
    bad = bytearray(image)
    bad[BLOCK + 100] ^= 1
    assert "nothing was taken" in run(bytes(bad), code=6)
    made = evidence(image)
    for change in (
        {"image_sha256": "0" * 64},
        {"image": "?"},
        {"image": base64.b64encode(bytes(bad)).decode()},
    ):
        assert "Next:" in run(json.dumps({**made, **change}).encode(), code=6)
    del made["image"]
    assert "export it again" in run(json.dumps(made).encode(), code=6)
    assert "Next:" in run(b"{" * 100_000, code=6) and "Next:" in run(b"", code=2)
    assert stored(books) == 5


def test_a_stranger_is_not_taken(run, books, image):
    assert "not registered" in run(image, code=1)
    assert stored(books) == 0


def test_killed_at_every_statement(books, image, bodies):
    put_back(books, bodies)
    entries = [entry.read(NAME, body) for body in bodies]
    for last in count(1):
        engine, fate = database.open_engine(books.url), Fate(last)
        for name in ("before_cursor_execute", "commit"):
            event.listen(engine, name, fate.step)
        try:
            with database.writing(engine) as connection:
                work = Restoring(connection, AT_S, NAME)
                work.restore(entries)
                work.note("0" * 64, "li")
            break
        except Killed:
            assert stored(books) == 5 and stored(books, imported) == 0
        finally:
            engine.dispose()
    assert last > 8 and stored(books) == 61 and len(books.rows()) == SALES
