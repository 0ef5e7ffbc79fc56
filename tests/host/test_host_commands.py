# SPDX-License-Identifier: MIT
"""`suanpan host …` as a person or a script uses it: JSON, tables, exit codes, what it says when it cannot."""

import json

import pytest
from click.testing import CliRunner
from pretend import Pretend
from sqlalchemy import text as sql

from pos.codec import records
from suanpan.host import database
from suanpan.host.commands import host

ROW = {  # DESIGN.md section 5
    "terminal", "epoch", "seq", "kind", "state", "amount", "currency", "entry", "pan_masked", "trace", "batch",
    "voucher", "auth_code", "reference", "occurred_at", "received_at", "offline", "reversed", "fee",
}  # fmt: skip
KEYS = {"mac": "ab" * 32, "data": "cd" * 16}


@pytest.fixture
def run(books, monkeypatch):
    monkeypatch.setenv("SUANPAN_DB", books.url)

    def call(*words, code=0, parse=True):
        result = CliRunner().invoke(host, words)
        assert result.exit_code == code, result.output
        return json.loads(result.stdout) if parse and "--json" in words else result.output

    return call


def test_transactions(run, books, terminal):
    books.send(terminal, terminal.sale(), terminal.outcome(1), terminal.sale(500))
    shown = run("transactions", "--json")
    assert shown["schema"] == "suanpan.host.transactions/1"
    assert [row["amount"] for row in shown["transactions"]] == [1234, 500]
    assert all(set(row) >= ROW for row in shown["transactions"])
    assert [row["seq"] for row in run("transactions", "--json", "--limit", "1")["transactions"]] == [3]
    assert run("transactions", "--json", "--terminal", "SIM9")["transactions"] == []
    assert "12.34" in run("transactions")


def test_transactions_tell_of_chips_where_there_are_some(run, books, terminal):
    books.send(terminal, terminal.sale(), terminal.outcome(1))
    assert "emv" not in run("transactions")
    end = bytes.fromhex("9F260811223344556677889F270140")
    books.send(terminal, terminal.sale(entry="C"), terminal.icc(3, end, records.ICC_RESULT))
    shown = " ".join(run("transactions").split())
    assert "emv" in shown and "contactless" in shown and " TC " in shown


@pytest.mark.parametrize("words", [["--limit", "9" * 20], ["--terminal", "\udcff"]])
def test_transactions_refuse_what_no_database_takes(run, words):
    assert "Traceback" not in run("transactions", *words, code=2)


@pytest.mark.fault("F19")
def test_sums_over_what_an_integer_holds_are_right(run, books, terminal):
    books.send(terminal, terminal.sale((1 << 63) - 1), terminal.sale((1 << 63) - 1, fee=(1 << 63) - 1))
    (total,) = run("reconcile", "--json")["sums"]
    assert (total["count"], total["amount"], total["fee"]) == (2, (1 << 64) - 2, (1 << 63) + 6)


def test_books_of_a_later_version_are_left_alone(run, books):
    with database.writing(books.engine) as connection:
        connection.execute(sql("UPDATE alembic_version SET version_num = '9999'"))
    assert "Next: update this suanpan" in run("transactions", code=1)


def test_a_database_that_fails_in_the_middle_is_told(run, books):
    with database.writing(books.engine) as connection:
        connection.execute(sql("ALTER TABLE alarms RENAME TO gone"))
    said = run("alarms", code=1)
    assert "the database failed" in said and "Next: " in said


def test_nothing_yet(run):
    assert run("transactions", "--json")["transactions"] == []
    assert run("transactions").strip() == "no transactions"


def test_alarms_and_cases(run, books, terminal):
    books.take(terminal, b"junk")
    books.send(terminal, terminal.alarm(301, "[red]\x1b[2J"))
    by_code = {row["code"]: row for row in run("alarms", "--json")["alarms"]}
    assert by_code["301"]["text"] == "Working offline" and by_code["malformed"]["count"] == 1
    shown = run("cases", "--json")
    assert [case["code"] for case in shown["cases"]] == ["malformed"] and shown["cases"][0]["next_step"]
    assert shown["quarantine"][0]["reason"] == "malformed" and "raw" not in shown["quarantine"][0]
    assert "\x1b" not in run("alarms") and "malformed" in run("cases")


def test_terminals_are_added_suspended_and_activated(run, books, tmp_path):
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(KEYS))
    run("terminals", "add", "SHOP-1", "--keys", str(keys))
    shop = Pretend("SHOP-1", keys=(b"\xab" * 32, b"\xcd" * 16))
    assert books.send(shop, shop.sale()).stored == 1
    run("terminals", "suspend", "SHOP-1")
    later = books.send(shop, shop.outcome(1))
    assert later.stored == 0 and later.receipts == [] and len(later.refused) == 1
    assert run("terminals", "--json")["terminals"][0]["state"] == "suspended"
    run("terminals", "activate", "SHOP-1")
    assert "SHOP-1" in run("terminals", "list") and books.alarms() == {"suspended": 1}
    assert "keys_sealed" not in run("terminals", "list", "--json")["terminals"][0]


def test_a_dry_run_changes_nothing(run, books, tmp_path):
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(KEYS))
    shown = run("terminals", "add", "SHOP-1", "--keys", str(keys), "--dry-run", "--json")
    assert (shown["terminal"], shown["dry_run"]) == ("SHOP-1", True)
    assert run("terminals", "--json")["terminals"] == [] and not (tmp_path / "host.key").exists()
    run("terminals", "add", "SHOP-1", "--keys", str(keys))
    assert "would be suspended" in run("terminals", "suspend", "SHOP-1", "--dry-run")
    assert run("terminals", "--json")["terminals"][0]["state"] == "active"


def test_a_sandbox_terminal_is_enrolled_by_itself_and_not_added_twice(run, books, terminal, tmp_path):
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(KEYS))
    books.send(terminal, terminal.sale())
    (row,) = run("terminals", "--json")["terminals"]
    assert (row["terminal"], row["state"], row["source"]) == ("SIM00001", "active", "sandbox") and row[
        "seen_at"
    ]
    assert "already registered" in run("terminals", "add", "SIM00001", "--keys", str(keys), code=1)


def test_terminals_bad_input(run, tmp_path):
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(KEYS))
    assert "not registered" in run("terminals", "suspend", "NOBODY", code=1)
    assert "no terminal id" in run("terminals", "add", "a/b", "--keys", str(keys), code=2)
    assert "cannot read keys" in run("terminals", "add", "SHOP-1", "--keys", str(tmp_path), code=2)
    for text in ("", "[]", "{}", '{"mac": "zz", "data": ""}', json.dumps({**KEYS, "data": "ab"})):
        keys.write_text(text)
        assert "Next:" in run("terminals", "add", "SHOP-1", "--keys", str(keys), code=2)
    keys.write_text(json.dumps(KEYS))
    run("terminals", "add", "SHOP-1", "--keys", str(keys))
    assert "already registered" in run("terminals", "add", "SHOP-1", "--keys", str(keys), code=1)


def test_reconcile_sums_and_finds_gaps(run, books, terminal):
    bodies = [terminal.sale(100), terminal.outcome(1), terminal.sale(200), terminal.sale(300)]
    books.send(terminal, bodies[0], bodies[1])
    whole = run("reconcile", "--json")
    assert whole["gaps"] == [] and whole["sums"] == [
        {"terminal": "SIM00001", "batch": 1, "currency": "CNY", "kind": "sale", "state": "approved",
         "count": 1, "amount": 100, "fee": 7}
    ]  # fmt: skip
    books.send(terminal, bodies[3])
    missing = run("reconcile", "--json", code=8, parse=False)
    assert json.loads(missing.splitlines()[0])["gaps"] == [
        {"terminal": "SIM00001", "epoch": 1, "first": 3, "last": 3, "missing": 1}
    ]
    assert "missing" in run("reconcile", code=8)


@pytest.mark.fault("F6")
def test_money_that_is_kept_apart_is_listed_and_summed_up(run, books, terminal):
    books.send(terminal, terminal.sale(100), terminal.outcome(1))
    rival = Pretend().restarts(b"another", 0)
    books.send(rival, rival.sale(900), rival.outcome(1, auth_code="9"))
    (apart,) = run("cases", "--json")["aside"]
    assert (apart["state"], apart["amount"], apart["seq"]) == ("approved", 900, 1)
    summed = json.loads(run("reconcile", "--json", code=8, parse=False).splitlines()[0])
    assert [row["amount"] for row in summed["sums"]] == [100] and summed["gaps"] == []
    assert [(row["count"], row["amount"], row["fee"]) for row in summed["aside"]] == [(1, 900, 7)]
    assert "9.00" in run("cases") and "kept apart" in run("reconcile", code=8)


def test_migrate(run):
    assert run("migrate", "--json")["version"] == "0009"


def test_no_database_yet(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("SUANPAN_DB", raising=False)
    result = CliRunner().invoke(host, ["transactions"])
    assert result.exit_code == 1 and "suanpan host serve" in result.output and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "options",
    [["--broker", "http://x"], ["--broker", "mqtt://h:0"], ["--broker", "mqtt://h:x"], ["--partition", "2/2"],
     ["--partition", "a/b"], ["--partition", "1"], ["--issuer", "bank"]],
)  # fmt: skip
def test_serve_refuses_wrong_options(run, options):
    run("serve", *options, code=2)


def test_serve_explains_missing_certificates(run):
    assert "--ca" in run("serve", "--broker", "mqtts://localhost", "--ca", "/nowhere", code=5)
