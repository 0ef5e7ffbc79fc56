# SPDX-License-Identifier: MIT
"""Exactly once by identity, receipts only for what is stored, hostile input set aside (FAULTS.md F15–F19)."""

import pytest
from pretend import Pretend, encode
from sqlalchemy import func, select

from pos.codec import cbor, earlier, messages, records
from suanpan.host.schema import records as table


def stored(books):
    with books.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar()


def receipt(committed):
    (one,) = committed.receipts
    return one.batch.epoch, one.cumulative, one.ranges


def test_a_sale_and_its_outcome_become_one_row(books, terminal):
    books.send(terminal, terminal.sale(), terminal.outcome(1))
    (row,) = books.rows()
    expected = {
        "terminal": "SIM00001", "epoch": 1, "seq": 1, "kind": "sale", "state": "approved", "amount": 1234,
        "currency": "CNY", "entry": "S", "pan_masked": "625094****0014", "trace": 1, "batch": 1, "voucher": 1,
        "auth_code": "123456", "reference": "R1", "occurred_at": "2026-01-01T00:00:00Z",
        "received_at": "2026-01-01T00:00:00Z", "offline": False, "reversed": False, "fee": 7, "issuer": "TEST",
        "code": "00",
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


def test_the_receipt_is_cumulative_and_names_what_overtook(books, terminal):
    first, second, third, fourth = (terminal.alarm() for _ in range(4))
    assert receipt(books.send(terminal, first)) == (1, 1, [])
    assert receipt(books.send(terminal, fourth, urgent=True)) == (1, 1, [(4, 4)])
    assert receipt(books.send(terminal, second, third)) == (1, 4, [])


@pytest.mark.fault("F17")
def test_a_duplicate_changes_nothing_and_is_receipted_again(books, terminal):
    message = terminal.message(terminal.sale(), terminal.outcome(1))
    first, again = books.take(terminal, message), books.take(terminal, message, message)
    assert (first.stored, again.stored) == (2, 0)
    assert receipt(first) == receipt(again) == (1, 2, [])
    assert stored(books) == 2 and len(books.rows()) == 1 and not books.alarms()


def test_records_of_earlier_forms_are_taken_and_their_alarms_told(books, terminal):
    boot = terminal.record(earlier.BOOT, version="0.1.0")
    alarm = terminal.record(earlier.ALARM, code=301, severity=2, detail="no network")
    assert receipt(books.send(terminal, boot, alarm)) == (1, 2, [])
    assert stored(books) == 2
    assert books.alarms() == {"301": 1} and not books.quarantine()


@pytest.mark.fault("F15")
def test_a_crash_after_the_commit_gives_the_same_receipt_on_resend(books, terminal):
    message = terminal.message(terminal.sale())
    first = books.take(terminal, message)  # the host dies here: nobody hears of it
    reborn = type(books)(books.url)
    assert receipt(reborn.take(terminal, message)) == receipt(first)
    assert stored(reborn) == 1


@pytest.mark.fault("F16")
def test_the_first_body_of_an_identity_stands(books, terminal):
    books.send(terminal, terminal.sale(amount=100))
    forged = Pretend().sale(amount=999)
    committed = books.send(terminal, forged, urgent=True)
    assert books.rows()[0]["amount"] == 100
    assert books.alarms() == {"other-body": 1} and committed.asked == []
    assert books.quarantine()[0]["reason"] == "other-body"


@pytest.mark.fault("F16")
def test_two_bodies_of_one_identity_in_one_group_too(books, terminal):
    committed = books.take(
        terminal, terminal.message(terminal.sale(100)), terminal.message(Pretend().sale(999))
    )
    assert committed.stored == 1 and books.rows()[0]["amount"] == 100 and books.alarms() == {"other-body": 1}


def test_epochs_have_receipts_of_their_own(books, terminal):
    restored = Pretend(epoch=2)
    committed = books.take(terminal, terminal.message(terminal.sale()), restored.message(restored.sale()))
    assert [(one.batch.epoch, one.cumulative) for one in committed.receipts] == [(1, 1), (2, 1)]
    assert len(books.rows()) == 2


MALFORMED = {
    "empty": b"",
    "junk": b"\xff\x00junk",
    "deep": b"\x81" * 5000,
    "length of 2^63": b"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff",
    "duplicate keys": b"\x84\x43\xa1\x01\x05\xa2\x04\x41A\x04\x41B\x41p\x41t",
    "no key id": b"\x84\x43\xa1\x01\x05\xa0\x41p\x41t",
    "too long": b"\x00" * (300 * 1024),
}


@pytest.mark.fault("F19")
@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_message_is_set_aside_and_the_queue_goes_on(books, terminal, name):
    committed = books.take(terminal, MALFORMED[name], terminal.message(terminal.sale()))
    assert committed.stored == 1 and books.alarms() == {"malformed": 1}
    assert books.quarantine()[0]["terminal"] == "SIM00001"


CONTENT = {
    "not CBOR": b"\xff",
    "not a batch": cbor.dumps([1, 2]),
    "version of tomorrow": cbor.dumps([2, "SIM00001", 1, 0, []]),
    "records that are numbers": cbor.dumps([1, "SIM00001", 1, 0, [1]]),
    "epoch 0": messages.batch("SIM00001", 0, []),
    "epoch of 2^32": messages.batch("SIM00001", 1 << 32, []),
    "more records than a batch may have": messages.batch("SIM00001", 1, [b""] * 1025),
    "first number of 2^63": messages.batch("SIM00001", 1, [], since=1 << 63),
}


@pytest.mark.fault("F19")
@pytest.mark.parametrize("name", CONTENT)
def test_a_malformed_batch_is_set_aside(books, terminal, name):
    committed = books.take(terminal, terminal.envelope(CONTENT[name]))
    assert committed.receipts == [] and books.alarms() == {"malformed": 1}


RECORDS = {
    "too short": b"\x84",
    "not a record": cbor.dumps({"a": 1}),
    "cut": encode(records.SALE, epoch=1, seq=9)[:-1],
    "seq 0": encode(records.BOOT, epoch=1, seq=0),
    "amount over 2^63": encode(records.SALE, epoch=1, seq=9, amount=(1 << 64) - 1),
    "longer than the quarantine keeps": cbor.dumps([200, 1, 9, 0, bytes(64 * 1024)]),
}


@pytest.mark.fault("F19")
@pytest.mark.parametrize("name", RECORDS)
def test_a_malformed_record_does_not_take_its_neighbours_along(books, terminal, name):
    committed = books.send(terminal, terminal.sale(), RECORDS[name], terminal.outcome(1))
    assert receipt(committed) == (1, 2, []) and books.alarms() == {"malformed": 1}
    assert books.states() == {1: "approved"}


@pytest.mark.fault("F19")
def test_an_outcome_that_is_none_is_a_conflict_and_blocks_nothing(books, terminal):
    assert receipt(books.send(terminal, terminal.sale(), terminal.outcome(1, state=9))) == (1, 2, [])
    assert books.states() == {1: "pending"} and books.alarms() == {"state-conflict": 1}


def test_a_record_of_an_unknown_kind_is_kept_and_receipted(books, terminal):
    body = cbor.dumps([200, 1, 1, 0, "from a newer terminal"])
    assert receipt(books.send(terminal, body)) == (1, 1, [])
    assert books.alarms() == {"unknown-kind": 1} and stored(books) == 1


@pytest.mark.fault("F19")
def test_a_wrong_mac_is_set_aside(books, terminal):
    forger = Pretend(keys=(b"k" * 32, b"d" * 16))
    committed = books.take(terminal, forger.message(forger.sale()))
    assert committed.receipts == [] and stored(books) == 0
    assert books.alarms() == {"wrong-mac": 1} and committed.enrolled == []


def test_a_message_for_the_other_direction_does_not_verify(books, terminal):
    content = messages.batch(terminal.name, 1, [terminal.sale()])
    books.take(terminal, terminal.envelope(content, messages.AAD_DOWN))
    assert books.alarms() == {"wrong-mac": 1}


def test_an_unknown_terminal_is_set_aside(books):
    stranger = Pretend("SHOP-7", keys=(b"k" * 32, b"d" * 16))
    books.send(stranger, stranger.sale())
    assert books.alarms() == {"unknown-terminal": 1} and stored(books) == 0


@pytest.mark.parametrize("name", ["SIM" + "A" * 14, "SIM 1", "SIM[red]"])
def test_a_name_that_nobody_could_register_is_not_enrolled_by_itself(books, name):
    stranger = Pretend(name)
    assert books.send(stranger, stranger.alarm()).stored == 0
    assert books.alarms() == {"unknown-terminal": 1}


def test_outside_the_sandbox_derived_keys_open_nothing(books, terminal):
    from suanpan.host.ingest import Ingest
    from suanpan.host.terminals import Register

    books.send(terminal, terminal.sale())
    books.ingest = Ingest(books.engine, Register(sandbox=False))
    assert books.send(terminal, terminal.outcome(1)).stored == 0
    assert books.alarms() == {"unknown-terminal": 1}


def test_one_terminal_cannot_speak_for_another(books, terminal):
    """S5: topic, key id and batch must name the same terminal."""
    other = Pretend("SIM00002")
    books.take(terminal, terminal.message(terminal.sale()), topic=other.up)
    books.take(terminal, terminal.message(terminal.sale(), name="SIM00002"))
    assert stored(books) == 0 and books.alarms() == {"wrong-topic": 2}


def test_a_zero_byte_in_a_name_is_no_trouble_for_the_database(books, terminal):
    """PostgreSQL keeps no NUL in a text; wherever a hostile sender puts one, only that message is set aside."""
    stranger = Pretend("SIM\0", keys=(b"k" * 32, b"d" * 16))
    books.send(stranger, stranger.alarm())
    books.take(terminal, stranger.message(stranger.alarm()))
    books.take(terminal, terminal.message(terminal.alarm(), name="SIM\0"), terminal.message(terminal.sale()))
    assert stored(books) == 1
    assert books.alarms() == {"malformed": 2, "wrong-topic": 1}


def test_the_same_junk_again_is_counted_not_kept_again(books, terminal):
    for _ in range(5):
        books.take(terminal, b"junk")
    assert [row["count"] for row in books.quarantine()] == [5]


def test_an_alarm_of_the_terminal_is_shown(books, terminal):
    books.send(terminal, terminal.alarm(301, "no network"))
    assert books.alarms() == {"301": 1}
