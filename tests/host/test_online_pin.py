# SPDX-License-Identifier: MIT
"""A PIN for the issuer: right, wrong, missing, too often; wherever else it might be found, it is not."""

import logging

import pytest
from chip_desk import HostDesk, pay
from injected import register_at
from pretend import AT_S, Pretend, until

from boards.sim.chips.emv import cards
from pos.codec import messages, records
from suanpan.canaries import Search, canary
from suanpan.host import ledger, sandbox
from suanpan.host.online_pin import without_pin
from suanpan.host.uplink import Delivery
from suanpan.host.worker import Worker

DEBIT = sandbox.cards["mag-debit"]["pan"]
LONG = "602938174655"  # a PIN that can be searched for
LIMIT = 100_000


@pytest.fixture
def swiped(books, terminal, keys, register):
    """Code of a sale by stripe with this PIN."""

    def sell(pin, number=DEBIT, pin_key=None):
        key = register.take()
        sale = terminal.sale(number=number, key=key)
        (answer,) = books.ask(terminal, sale, pin=terminal.pin(pin_key or key, pin, number))
        return answer.code

    return sell


def test_the_card_s_pin_is_right_and_another_one_wrong(books, swiped):
    assert [swiped("1234"), swiped("1235"), swiped("1234")] == ["00", "55", "00"] and books.alarms() == {}


@pytest.mark.parametrize(("pin", "result", "code"), [("1234", "approved", "00"), ("4321", "declined", "55")])
def test_a_chip_card_s_pin_goes_to_its_issuer(books, terminal, keys, register, pin, result, code):
    card = cards.card("chip-debit")
    desk = HostDesk(books, terminal, register.take(), card.personality, pins=(pin,))
    outcome, data = pay(card, desk)
    assert (outcome.result, desk.answers[0].code, data.get(0x8A)) == (result, code, code.encode())
    assert data.get(0x9F34)[0] == 0x42 and card.applets[0].issuer_known is True


def test_after_three_wrong_ones_no_pin_is_taken(swiped):
    assert [swiped(pin) for pin in ("1111", "2222", "3333", "1234")] == ["55", "55", "55", "75"]
    assert swiped("1234", sandbox.cards["mag-credit"]["pan"]) == "00"


def test_a_right_pin_begins_the_tries_anew(swiped):
    assert [swiped(pin) for pin in ("1111", "2222", "1234", "1111", "2222", "1234")][-1] == "00"


def test_a_sale_that_is_decided_again_costs_one_try(books, terminal, swiped, register):
    """The database may fail behind the issuer's decision; then the same sale is decided once more."""
    assert [swiped("1111"), swiped("2222")] == ["55", "55"]
    key = register.take()
    sale, pin = terminal.sale(number=DEBIT, key=key), terminal.pin(key, "3333", DEBIT)
    asked = books.send(terminal, sale, urgent=True, pin=pin).asked
    for _ in range(2):
        with books.engine.connect() as connection, connection.begin() as going:
            assert [answer.code for answer in books.decider._answers(connection, asked, AT_S, [])] == ["55"]
            going.rollback()
    assert swiped("1234") == "75"


@pytest.mark.parametrize(("amount", "code"), [(LIMIT, "00"), (LIMIT + 1, "55")])
def test_a_card_that_wants_a_pin_is_not_paid_without_it_above_its_limit(
    books, terminal, keys, register, amount, code
):
    card = cards.card("chip-debit")
    desk = HostDesk(books, terminal, register.take(), card.personality, amount=amount, pins=())
    pay(card, desk)
    assert desk.answers[0].code == code and not desk.entered


def test_a_pin_that_was_entered_and_did_not_come_is_missed(books, terminal, keys, register):
    card = cards.card("chip-debit")
    desk = HostDesk(books, terminal, register.take(), card.personality)
    terminal.pin = lambda *_: b""
    pay(card, desk)
    assert desk.answers[0].code == "55"


def test_a_pin_block_under_another_key_than_its_card_s_is_refused(books, swiped):
    assert swiped("1234", pin_key=register_at(7).take()) == "30" and books.alarms() == {"pin-block": 1}


@pytest.mark.parametrize("block", [b"", bytes(12), bytes(15), bytes(16)])
def test_a_pin_block_that_does_not_open_is_refused(books, terminal, keys, register, block):
    key = register.take()
    (answer,) = books.ask(terminal, terminal.sale(key=key), pin=key.ksn + block)
    assert answer.code == "30" and books.alarms() == {"pin-block": 1}


def test_a_card_under_the_terminal_s_own_key_brings_no_pin(books, terminal, keys, register):
    (answer,) = books.ask(
        terminal, terminal.sale(number=DEBIT), pin=terminal.pin(register.take(), "1234", DEBIT)
    )
    assert answer.code == "30" and books.alarms() == {"pin-block": 1}


def test_a_pin_is_asked_once_and_the_answer_stays(books, terminal, keys, register):
    key = register.take()
    sale = terminal.sale(number=DEBIT, key=key)
    right, wrong = (terminal.pin(key, pin, DEBIT) for pin in ("1234", "1111"))
    assert [books.ask(terminal, sale, pin=pin)[0].code for pin in (right, wrong, b"")] == ["00"] * 3


# S9: nowhere else


def secrets(pins):
    return Search([canary.pin(LONG), *(canary.key("the PIN's block", pin[12:]) for pin in pins)])


def left(books, caplog):
    told = [*ledger.all_alarms(books.engine), *books.quarantine(), *books.rows()]
    return {"books": b"\n|\n".join(books.values()), "told": repr(told).encode(), "log": caplog.text.encode()}


def test_s9_nothing_of_a_pin_stays(books, terminal, keys, register, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setitem(sandbox.issued[DEBIT], "pin", LONG)
    pins = []
    for entered in (LONG, LONG[::-1], LONG):
        key = register.take()
        pins.append(terminal.pin(key, entered, DEBIT))
        sale = terminal.sale(number=DEBIT, key=key)
        message = terminal.message(sale, urgent=True, pin=pins[-1])
        asked = books.take(terminal, message).asked
        assert pins[-1] not in repr(asked).encode() and repr(pins[-1]) not in repr(asked)
        books.decider.decide(asked, AT_S)
    assert not list(secrets(pins).files(left(books, caplog)))


def refused_messages(terminal, pin):
    """Messages with a PIN that the host puts aside, by the reason."""
    content = messages.batch(terminal.name, 1, [terminal.sale()], True, pin=pin)
    stranger, other = Pretend("SHOP-1"), Pretend("SIM00002")
    return {
        "wrong-mac": Pretend(terminal.name, keys=(b"x" * 32, b"y" * 16)).envelope(content),
        "malformed": terminal.envelope(content + b"\0"),
        "wrong-topic": other.envelope(content),
        "unknown-terminal": stranger.envelope(content),
        "internal": terminal.envelope(content),
    }


@pytest.mark.parametrize("reason", ["wrong-mac", "malformed", "wrong-topic", "unknown-terminal"])
def test_s9_a_message_that_is_put_aside_keeps_no_pin(books, terminal, register, caplog, reason):
    pin = terminal.pin(register.take(), LONG, DEBIT)
    payload = refused_messages(terminal, pin)[reason]
    topic = Pretend("SHOP-1").up if reason == "unknown-terminal" else terminal.up
    books.take(terminal, payload, topic=topic)
    assert [row["reason"] for row in books.quarantine()] == [reason]
    kept = left(books, caplog)
    assert pin in payload and without_pin(payload) in kept["books"] and not list(secrets([pin]).files(kept))


@pytest.mark.parametrize("cut", [1, 20, 34, 42])
def test_s9_a_message_that_was_cut_keeps_no_pin(books, terminal, register, cut):
    pin = terminal.pin(register.take(), LONG, DEBIT)
    payload = refused_messages(terminal, pin)["internal"][:-cut]
    books.take(terminal, payload)
    assert [row["reason"] for row in books.quarantine()] == ["malformed"]
    begin = pin[12:20]
    assert begin in payload and not any(begin in value for value in books.values())


class Failing:
    """Stands for an ingest that has a fault."""

    def commit(self, group, now_s):
        raise RuntimeError("planted")


class Deaf:
    """Stands for the uplink."""

    def acknowledge(self, delivery):
        pass


def test_s9_a_message_on_which_the_host_fails_keeps_no_pin(books, terminal, register, caplog):
    pin = terminal.pin(register.take(), LONG, DEBIT)

    worker = Worker(books.engine, Failing(), books.decider, print, lambda *_: None)
    worker.start(Deaf())
    worker.put(Delivery(terminal.up, refused_messages(terminal, pin)["internal"], 1, 1))
    until(lambda: books.quarantine(), "the message is put aside")
    worker.stop()
    assert [row["reason"] for row in books.quarantine()] == ["internal"] and "planted" in caplog.text
    assert not list(secrets([pin]).files(left(books, caplog)))


def test_records_in_a_message_are_kept_as_they_are(terminal):
    payload = terminal.message(terminal.sale(), terminal.outcome(1), urgent=True)
    assert without_pin(payload) == payload and len(payload) > records.SALE.size
