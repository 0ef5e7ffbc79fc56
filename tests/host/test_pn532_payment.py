# SPDX-License-Identifier: MIT
"""Contactless payments over the PN532 driver and the virtual chip: two cards, a torn one, phones, an empty field."""

import asyncio
import random

import pytest
from wires import DirectUart

from boards.sim.chips.emv import authority, contactless_cards
from boards.sim.chips.emv.presented import Torn
from boards.sim.chips.pn532 import InField, VirtualPN532
from pos.cards import contactless, outcome, terminal
from pos.cards.ca_keys import checked
from pos.cards.data_set import DataSet
from pos.drivers import DeviceTimeout
from pos.drivers.pn532 import PN532
from pos.drivers.pn532_uart import UartLine
from standard_rows import Held, standard

BELOW, ABOVE = 12300, 123456


def ca_key(rid, index):
    return checked(authority.ca_row(rid), "20251122")


class Counter:
    """A reader with its field; `moves`: {message: what the cardholder does when it is shown}."""

    def __init__(self, moves):
        uart = DirectUart()
        uart.chip = self.chip = VirtualPN532(uart.receive)
        self.reader, self.moves, self.shown = PN532(UartLine(uart)), dict(moves), []

    def hold(self, *cards):
        self.chip.field[:] = [InField(card, uid=bytes((4, 1, 1, at))) for at, card in enumerate(cards)]

    def show(self, message):
        self.shown.append(message)
        if message in self.moves:
            self.hold(*self.moves.pop(message))

    async def pay(self, amount, timeout_ms=3000):
        await self.reader.start()
        data, side = (
            DataSet(),
            terminal.standard(Held(standard("contactless")), ca_key, random.Random(1).randbytes),
        )
        terminal.begin(data, side, amount, "0156", "251122", "101112", 7)
        return await contactless.run(self.reader, data, side, self.show, timeout_ms)


def paid(moves, amount=BELOW, timeout_ms=3000):
    counter = Counter(moves)
    return asyncio.run(counter.pay(amount, timeout_ms)), counter


@pytest.mark.parametrize("name", ["tap-debit", "tap-visa", "tap-mchip"])
def test_a_card_that_is_held_to_the_reader_is_read(name):
    found, counter = paid({outcome.PRESENT_CARD: [contactless_cards.card(name)]})
    assert found == outcome.online(outcome.NO_CVM)
    assert counter.shown == [outcome.PRESENT_CARD, outcome.PROCESSING, outcome.CARD_READ]


def test_of_two_cards_one_is_to_be_taken_away():
    card, other = contactless_cards.card("tap-debit"), contactless_cards.card("tap-mchip")
    found, counter = paid({outcome.PRESENT_CARD: [card, other], outcome.ONE_CARD: [card]})
    assert found.result == outcome.ONLINE and counter.shown.count(outcome.ONE_CARD) == 1


@pytest.mark.fault("F31")
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_card_that_leaves_the_field_too_early_is_presented_again(at):
    card = contactless_cards.card("tap-debit")
    found, counter = paid(
        {outcome.PRESENT_CARD: [Torn(card, at)], outcome.PRESENT_AGAIN: [card]}, timeout_ms=500
    )
    assert found.result == outcome.ONLINE and counter.shown.count(outcome.PROCESSING) == 2


def test_a_phone_is_seen_and_tapped_again():
    """It stays in the field until its holder has looked at it: the reader waits, then finds it anew."""
    phone = contactless_cards.card("tap-phone")
    found, counter = paid({outcome.PRESENT_CARD: [phone]}, ABOVE, timeout_ms=300)
    assert found == outcome.online(outcome.DEVICE) and counter.shown.count(outcome.SEE_PHONE) == 1


def test_an_empty_field_ends_in_time():
    with pytest.raises(DeviceTimeout):
        paid({}, timeout_ms=60)
