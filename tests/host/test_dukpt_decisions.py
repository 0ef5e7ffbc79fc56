# SPDX-License-Identifier: MIT
"""Cards under a register's DUKPT keys, from the device's own code to the host's decision."""

import pytest
from injected import BASE, KEY_ID, register_at
from pretend import Pretend
from softhsm import Token

from pos.cards import dukpt_card_data
from pos.codec import records
from pos.crypto import sandbox as sandbox_keys
from pos.crypto.dukpt_register import Register
from pos.journal.devices import RamDevice
from suanpan.host import ledger, sandbox
from suanpan.host.decisions import Decider
from suanpan.host.keys import KeysAway, open_service
from suanpan.host.sandbox_keys import SandboxKeys

PAN = sandbox.cards["mag-credit"]["pan"]


def sealed(terminal, register):
    """A card for the next record of `terminal`."""
    card, number = (PAN, "3012", "220", f"{PAN}=30122200000"), (terminal.epoch, terminal.seq + 1)
    return dukpt_card_data.seal(register.take(), terminal.name.encode(), *number, b"12345", *card)


def sale(terminal, register):
    return with_card(terminal, sealed(terminal, register))


def with_card(terminal, card):
    return terminal.intent(records.SALE, 1234, entry="S", card=card)


def codes(books, terminal, *bodies):
    return [answer.code for answer in books.ask(terminal, *bodies)]


def test_each_sale_is_opened_with_the_key_of_its_ksn(books, keys, terminal, register):
    assert codes(books, terminal, *[sale(terminal, register) for _ in range(3)]) == ["00"] * 3
    assert books.alarms() == {} and not [value for value in books.values() if PAN.encode() in value]


def test_a_sale_that_comes_again_is_answered_again(books, keys, terminal, register):
    body = sale(terminal, register)
    assert codes(books, terminal, body) == codes(books, terminal, body) == ["00"]
    assert books.alarms() == {}


def test_an_urgent_sale_may_overtake_earlier_ones(books, keys, terminal, register):
    first, second = sale(terminal, register), sale(terminal, register)
    assert codes(books, terminal, second) == codes(books, terminal, first) == ["00"]
    assert books.alarms() == {}


def test_a_counter_may_be_skipped(books, keys, terminal, register):
    """A power cut costs a counter, never gives one twice."""
    first = sale(terminal, register)
    register.take()
    assert codes(books, terminal, first, sale(terminal, register)) == ["00", "00"]


def test_an_old_copy_of_the_flash_is_refused(books, keys, terminal, register):
    codes(books, terminal, *[sale(terminal, register) for _ in range(3)])
    assert codes(books, terminal, sale(terminal, register_at(1))) == ["30"]
    assert books.alarms() == {"card-key": 1}
    assert codes(books, terminal, sale(terminal, register)) == ["00"]  # the right register goes on


def test_a_counter_that_was_skipped_is_refused_later(books, keys, terminal, register):
    register.take()
    codes(books, terminal, sale(terminal, register))
    assert codes(books, terminal, sale(terminal, register_at(0))) == ["30"]
    assert books.alarms() == {"card-key": 1}


def test_a_counter_ahead_of_a_later_record_is_refused(books, keys, terminal, register):
    first = sale(terminal, register_at(5))
    assert codes(books, terminal, sale(terminal, register)) == ["00"]
    assert codes(books, terminal, first) == ["30"] and books.alarms() == {"card-key": 1}


def test_another_terminals_card_is_refused(books, keys, terminal, register):
    """Who has seen a sealed card on its way, or has another terminal's register, cannot sell with it."""
    other = Pretend("SIM00002")
    stolen = with_card(other, sealed(terminal, register))
    assert codes(books, other, stolen) == ["30"] and books.alarms() == {"card-data": 1}
    codes(books, terminal, sale(terminal, register))
    assert codes(books, other, sale(other, register)) == ["30"]
    assert books.alarms() == {"card-data": 1, "card-key": 1}


def test_a_card_sealed_for_another_record_is_refused(books, keys, terminal, register):
    card = sealed(terminal, register)
    assert codes(books, terminal, with_card(terminal, card), with_card(terminal, card)) == ["00", "30"]
    assert books.alarms() == {"card-data": 1}


def test_a_base_key_that_the_host_lacks_is_named(books, terminal, register):
    assert codes(books, terminal, sale(terminal, register)) == ["30"]
    assert books.alarms() == {"card-data": 1}
    assert "suanpan-bdk-12345678" in ledger.all_alarms(books.engine)[0]["detail"]


@pytest.fixture
def simulated():
    """The register of a simulated terminal."""
    made = Register(RamDevice(2))
    made.inject(*sandbox_keys.initial_key("SIM00001", 1))
    return made


def test_a_simulated_terminals_card_is_opened_in_the_sandbox_alone(books, terminal, simulated):
    assert codes(books, terminal, sale(terminal, simulated)) == ["00"]
    books.decider = Decider(books.engine, books.script, 35, sandbox=False)
    assert codes(books, terminal, sale(terminal, simulated)) == ["30"]
    assert books.alarms() == {"card-data": 1}


def test_the_sandbox_knows_its_own_keys_and_the_key_service_the_others(books, keys, simulated, register):
    both, pin_key = SandboxKeys(keys), bytearray(16)
    for made, opens in ((simulated, both), (register, keys)):
        taken = made.take()
        taken.working_key("pin", pin_key)
        assert both.pin_key(taken.ksn) == opens.pin_key(taken.ksn) == pin_key


def test_a_terminal_that_begins_anew_has_another_key_id():
    ids = {sandbox_keys.key_id(name, epoch) for name in ("SIM00001", "SIM00002") for epoch in (1, 2)}
    assert len(ids) == 4


@pytest.mark.needs("softhsm2")
def test_nothing_is_decided_while_the_token_is_away(books, terminal, register, tmp_path, monkeypatch):
    token = Token(tmp_path, monkeypatch)
    service = open_service(token.uri)
    service.put_base(KEY_ID[:4], BASE)
    books.decider = Decider(books.engine, books.script, 35, service)
    assert codes(books, terminal, sale(terminal, register)) == ["00"]
    token.away()
    body = sale(terminal, register)
    with pytest.raises(KeysAway):
        books.ask(terminal, body)
    token.back()
    assert codes(books, terminal, body) == ["00"] and books.alarms() == {}
    service.close()
