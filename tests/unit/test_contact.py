# SPDX-License-Identifier: MIT
"""Whole sales by contact chip, as recorded with virtual cards: on every runtime, and torn at every exchange."""

from binascii import hexlify

from pos.cards import contact
from recorded_sale import given, sale


async def approved(name):
    recording = sale(name)
    card, data, terminal, desk = given(recording)
    outcome = await contact.run(card, data, terminal, desk)
    assert outcome.result == contact.APPROVED and outcome.online and not outcome.reverse and card.finished()
    assert hexlify(data.get(0x95)).decode() == recording["tvr"]
    assert hexlify(data.get(0x9B)).decode() == recording["tsi"]
    assert hexlify(data.get(0x9F34)).decode() == recording["cvm_results"]
    assert hexlify(data.get(0x9F26)).decode() == recording["cryptogram"]
    return outcome, desk


async def test_a_card_with_cda_and_signature():
    outcome, _ = await approved("chip-credit")
    assert outcome.signature


async def test_a_card_with_dda_and_online_pin_in_chained_answers():
    outcome, _ = await approved("chip-debit")
    assert not outcome.signature


async def test_a_card_with_sda_that_checks_its_pin():
    _, desk = await approved("chip-plain-pin")
    assert desk.pins == [bytearray(4)]


async def test_f31_a_card_pulled_before_any_exchange_ends_with_its_reason():
    recording = sale("chip-credit")
    exchanges = recording["exchanges"]
    for at in range(len(exchanges)):
        card, data, terminal, desk = given(recording, exchanges[:at] + [[exchanges[at][0], None]])
        outcome = await contact.run(card, data, terminal, desk)
        last = at == len(exchanges) - 1
        wanted = (contact.DECLINED, True, True) if last else (contact.RETRY, False, False)
        assert (outcome.result, outcome.online, outcome.reverse) == wanted and outcome.reason == "removed"


async def test_f32_a_status_word_that_none_expects_ends_with_a_reason():
    recording = sale("chip-credit")
    exchanges = recording["exchanges"]
    first = [command[:4] for command, _ in exchanges].index(
        "80A8"
    )  # before it, the terminal goes on with its list
    for at in range(first, len(exchanges)):
        card, data, terminal, desk = given(recording, exchanges[:at] + [[exchanges[at][0], "6F00"]])
        outcome = await contact.run(card, data, terminal, desk)
        assert outcome.result in (contact.DECLINED, contact.OTHER_WAY) and outcome.reason, (at, outcome)
