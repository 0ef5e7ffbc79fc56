# SPDX-License-Identifier: MIT
"""Limits and action codes of the file reach the card: seen in what the terminal sends, on every runtime."""

import os
from binascii import hexlify

from card_script import ScriptedCard
from expect import raises_async
from pos.cards import applications, contact, contactless, outcome, terminal
from pos.cards.data_set import DataSet
from pos.cards.errors import CardRemoved
from pos.drivers import DeviceTimeout
from recorded_sale import Desk, sale
from recorded_tap import Field, tap_of
from recordings import ca_key_of, fixed
from standard_rows import PATH, lines, written

AMOUNT = 12300
GET_OPTIONS, GENERATE = "80A8", "80AE"
AAC, TC_WITH_CDA, ARQC_WITH_CDA = "00", "50", "90"


class Watched(ScriptedCard):
    """As recorded, until the command that begins with `last`: that one is kept and the card is gone."""

    def __init__(self, exchanges, last):
        super().__init__(exchanges)
        self.last, self.sent = last, ""

    async def transmit(self, command):
        if hexlify(command[:2]).decode().upper() == self.last:
            self.sent = hexlify(command).decode().upper()
            raise CardRemoved()
        return await super().transmit(command)

    async def present(self):
        return False


def p1(command):
    return command[4:6]


def ttq(command):
    return command[14:22]


def tvr(command):
    return command[38:48]


def given(recording, way, changes):
    """(DataSet, terminal's side) with the standard applications but for `changes`."""
    known = applications.Applications(written(lines(way, **changes)), way, "20251122")
    side, data = terminal.standard(known, ca_key_of(recording), fixed), DataSet()
    terminal.begin(data, side, AMOUNT, "0156", "251122", "101112", 7)
    return data, side


async def asked(**changes):
    """(P1, TVR) of the first GENERATE AC of a chip sale with these parameters."""
    recording = sale("chip-credit")
    card = Watched(recording["exchanges"], GENERATE)
    try:
        data, side = given(recording, "contact", changes)
        await contact.run(card, data, side, Desk(recording))
    finally:
        os.remove(PATH)
    return p1(card.sent), tvr(card.sent)


async def tapped(name, last, **changes):
    """The command `last` of a tap with these parameters."""
    recording = tap_of(name)
    card = Watched(recording["taps"][-1], last)
    try:
        data, side = given(recording, "contactless", changes)
        await contactless.transact(card, data, side, lambda message: None, side.applications.entries())
    finally:
        os.remove(PATH)
    return card.sent


async def test_the_floor_limit_of_a_chip_sale():
    assert await asked(floor_limit=AMOUNT) == (ARQC_WITH_CDA, "0000008000")
    assert await asked(floor_limit=AMOUNT + 1) == (TC_WITH_CDA, "0000000000")


async def test_random_selection_of_a_chip_sale():
    drawn = {"floor_limit": 10 * AMOUNT, "threshold": 0, "target_percent": 0, "most_percent": 99}
    assert (await asked(**drawn))[1] == "0000001000", "the random byte 11 is below a tenth of 256"
    assert (await asked(**dict(drawn, threshold=AMOUNT + 1)))[1] == "0000000000"


async def test_the_denial_code_of_a_chip_sale():
    assert (await asked(tac_denial="0000008000")) == (AAC, "0000008000")
    assert (await asked(tac_denial="0000004000")) == (ARQC_WITH_CDA, "0000008000")


async def test_the_verification_limit_of_a_tap():
    for limit, wanted in ((AMOUNT, "36C04080"), (AMOUNT + 1, "36804080")):
        assert ttq(await tapped("tap-debit", GET_OPTIONS, cvm_limit=limit)) == wanted


async def test_the_floor_limit_of_a_tap():
    for limit, wanted in ((AMOUNT, "36004080"), (AMOUNT - 1, "36804080")):
        assert ttq(await tapped("tap-debit", GET_OPTIONS, floor_limit=limit)) == wanted


async def test_at_the_limit_of_all_taps_no_card_is_asked_for():
    rows = [row for row in lines("contactless", limit=AMOUNT) if row["kernel"] != 2]
    path = written(rows)
    try:
        side = terminal.standard(applications.Applications(path, "contactless", "20251122"), None, fixed)
        data = DataSet()
        terminal.begin(data, side, AMOUNT, "0156", "251122", "101112", 7)
        found = await contactless.run(Field([]), data, side, lambda message: None, 1)
        terminal.begin(data, side, AMOUNT - 1, "0156", "251122", "101112", 7)
        await raises_async(DeviceTimeout, contactless.run(Field([]), data, side, lambda message: None, 1))
    finally:
        os.remove(path)
    assert found == outcome.other_way("limit")


async def test_the_limits_and_denial_code_of_a_tap_with_mchip():
    above = await tapped("tap-mchip", GENERATE, cvm_limit=AMOUNT - 1)
    assert tvr(above) == "0000048000", "a PIN is to come"
    below = await tapped("tap-mchip", GENERATE, cvm_limit=AMOUNT, floor_limit=AMOUNT)
    assert tvr(below) == "0000000000"
    assert p1(await tapped("tap-mchip", GENERATE, tac_denial="0000008000")) == AAC
