# SPDX-License-Identifier: MIT
"""The CCID driver against the virtual reader: cards come, answer, go; bytes are lost in both directions."""

import asyncio
import random

import pytest
from chip_rig import Desk, sale
from wires import DirectUart

from boards.sim.chips.ccid import VirtualCCID
from boards.sim.chips.emv.cards import PERSONALITIES
from boards.sim.chips.emv.cards import card as chip_card
from boards.sim.chips.emv.presented import Recorded, Torn
from pos.cards.contact import APPROVED, DECLINED, RETRY
from pos.cards.errors import CardError, CardRemoved, CardSilent
from pos.drivers import DeviceTimeout
from pos.drivers import ccid as ccid_driver
from pos.drivers.ccid import Ccid
from pos.drivers.ccid_serial import SerialLine

SELECT = bytes.fromhex("00A404000E315041592E5359532E444446303100")
T0, T1 = bytes.fromhex("3B600000"), bytes.fromhex("3BE0000081312045B4")


class Echo:
    """A card that says back what it is told."""

    answer_ms = 0

    def __init__(self, atr=T0, answer=None):
        self.atr, self.answer, self.heard, self.resets = atr, answer, [], 0

    def reset(self):
        self.resets += 1

    def respond(self, command):
        self.heard.append(command)
        return self.answer or command + b"\x90\x00"


def wired(uart=None):
    uart = uart or DirectUart()
    uart.chip = chip = VirtualCCID(uart.receive)
    return Ccid(SerialLine(uart)), chip


async def turns(count):
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.mark.parametrize("automatic", [True, False])
@pytest.mark.parametrize("atr", [T0, T1], ids=["t0", "t1"])
async def test_a_card_answers_whatever_its_length(automatic, atr):
    ccid, chip = wired()
    chip.automatic = automatic
    await ccid.start()
    chip.insert(Echo(atr))
    card = await ccid.inserted(500)
    assert len(chip.parameters) == (0 if automatic else 7 if card.atr.protocol else 5)
    for chip.share in (261, 100):
        for size in (4, 5, 99, 100, 250, 258, 259):
            command = bytes(index & 255 for index in range(size))
            assert await card.transmit(command) == command + b"\x90\x00"
    await card.release()
    with pytest.raises(CardRemoved):
        await card.transmit(SELECT)
    assert chip.apdu_level and chip.errors == []


async def test_coming_and_going_are_noticed_when_the_reader_tells(monkeypatch):
    monkeypatch.setattr(ccid_driver, "_LOOK_MS", 60_000)
    ccid, chip = wired()
    for pause in (1, 10, 1000):  # before, while and after the driver looks at the slot
        waiting = asyncio.create_task(ccid.inserted(50_000))
        await turns(pause)
        chip.insert(Echo())
        assert await asyncio.wait_for(waiting, 10)
        waiting = asyncio.create_task(ccid.removed(50_000))
        await turns(pause)
        chip.remove()
        await asyncio.wait_for(waiting, 10)


async def test_coming_is_noticed_when_the_reader_does_not_tell():
    ccid, chip = wired()
    waiting = asyncio.create_task(ccid.inserted(50_000))
    await asyncio.sleep(0)
    chip.card, chip.state = Echo(), 1
    assert await asyncio.wait_for(waiting, 10)


async def test_a_card_that_is_there_already_and_one_the_wrong_way_round():
    ccid, chip = wired()
    chip.insert(Echo())
    assert await ccid.inserted(0)
    chip.remove()
    await ccid.removed(0)
    chip.insert(Echo(atr=b""))
    with pytest.raises(CardSilent):
        await ccid.inserted(500)


@pytest.mark.fault("F31")
async def test_a_card_pulled_at_any_command_and_put_back():
    ccid, chip = wired()
    for at in range(1, 4):
        chip.insert(Torn(Echo(), at))
        card = await ccid.inserted(500)
        for _ in range(at - 1):
            assert await card.transmit(SELECT)
        with pytest.raises(CardRemoved):
            await card.transmit(SELECT)
        await ccid.removed(500)
    chip.insert(Echo())
    card = await ccid.inserted(500)
    chip.remove()
    chip.insert(Echo())
    with pytest.raises(CardRemoved):
        await card.transmit(SELECT)  # another session, maybe another card
    first = await ccid.inserted(500)
    chip.remove()
    chip.insert(Echo())
    second = await ccid.inserted(500)
    await first.release()
    assert await second.transmit(SELECT)
    with pytest.raises(CardRemoved):
        await first.transmit(SELECT)


async def test_a_card_that_works_long_gets_its_time_and_one_pulled_meanwhile_is_removed():
    ccid, chip = wired()
    slow = Echo()
    chip.insert(slow)
    card = await ccid.inserted(500)
    slow.answer_ms = 1700  # beyond the silence that is allowed, which the reader's requests for time shift
    assert await card.transmit(SELECT) == SELECT + b"\x90\x00"
    waiting = asyncio.create_task(card.transmit(SELECT))
    while len(slow.heard) < 2:
        await asyncio.sleep(0)
    chip.remove()
    with pytest.raises(CardRemoved):
        await waiting


@pytest.mark.fault("F36")
async def test_a_reader_that_is_not_there_or_goes():
    ccid, chip = wired()
    chip.insert(Echo())
    card = await ccid.inserted(500)
    card.atr._groups[1:] = [
        [None, None, 0, None]
    ]  # a card that never takes longer, so that the test does not
    chip.absent = True
    with pytest.raises(CardSilent):
        await card.transmit(SELECT)
    with pytest.raises(DeviceTimeout):
        await ccid.start()


async def test_a_command_that_was_cancelled_does_not_answer_the_next():
    ccid, chip = wired()
    slow = Echo()
    chip.insert(slow)
    card = await ccid.inserted(500)
    slow.answer_ms = 150
    waiting = asyncio.create_task(card.transmit(b"\x00\x01\x02\x03"))
    while not slow.heard:
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    slow.answer_ms = 0
    with pytest.raises(CardRemoved):
        await card.transmit(SELECT)  # nobody knows whether the card has taken the other one
    card = await ccid.inserted(500)
    assert await card.transmit(SELECT) == SELECT + b"\x90\x00" and slow.resets == 2


async def test_a_virtual_card_opens_its_directory():
    ccid, chip = wired()
    chip.insert(chip_card("chip-credit"))
    card = await ccid.inserted(500)
    assert (await card.transmit(SELECT))[-2:] == b"\x90\x00"


async def sold(ccid, chip, name, at=0):
    """(Outcome, commands that the card heard) of one sale; the card is pulled at the `at`th."""
    card = Recorded(chip_card(name))
    chip.insert(Torn(card, at) if at else card)
    outcome, _ = await sale(await ccid.inserted(500), Desk(PERSONALITIES[name]))
    return outcome, len(card.exchanges)


@pytest.mark.fault("F31")
@pytest.mark.parametrize("name", ["chip-credit", "chip-pin"])
async def test_a_sale_is_approved_by_its_host_and_pulled_at_any_command_it_is_not(name):
    ccid, chip = wired()
    outcome, commands = await sold(ccid, chip, name)
    assert (outcome.result, outcome.online) == (APPROVED, True)
    for at in range(1, commands + 1):
        chip.remove()
        outcome, heard = await sold(ccid, chip, name, at)
        assert (outcome.reason, heard) == ("removed", at - 1)
        assert outcome.result in (RETRY, DECLINED) and outcome.reverse == (at == commands)
    assert chip.errors == []


class Mangled(DirectUart):
    """A line that loses, doubles and changes bytes. To the reader, nothing is doubled: its check need not notice."""

    def __init__(self, seed):
        super().__init__()
        self.dice, self.quiet = random.Random(seed), True

    def mangled(self, data, ways):
        data = bytes(data)
        if self.quiet or self.dice.random() >= 0.15:
            return data
        at, how = self.dice.randrange(len(data)), self.dice.randrange(ways)
        byte = data[at : at + 1]
        change = (b"", bytes((byte[0] ^ 1 << self.dice.randrange(8),)), byte * 2)[how]
        return data[:at] + change + data[at + 1 :]

    def receive(self, data):
        super().receive(self.mangled(data, 3))

    def write(self, buf):
        super().write(self.mangled(buf, 2))


@pytest.mark.fault("F33")
@pytest.mark.parametrize("seed", range(6))
async def test_bytes_that_are_lost_doubled_or_changed_never_change_an_answer(seed):
    """Right, or a typed error in bounded time; no command reaches the card twice; then the line is in step again."""
    uart = Mangled(seed)
    ccid, chip = wired(uart)
    echo, outcomes, numbers = Echo(), [], iter(range(10000))
    chip.insert(echo)

    async def once():
        try:
            card = await ccid.inserted(0)
            card.atr._groups[1:] = [[None, None, 0, None]]  # silence is noticed at once
            for _ in range(3):
                command = bytes((0, 0xB2)) + next(numbers).to_bytes(2, "big") + b"\x03"
                assert await card.transmit(command) == command + b"\x90\x00"
            outcomes.append("right")
        except (CardError, DeviceTimeout) as error:
            outcomes.append(type(error).__name__)

    uart.quiet = False
    for _ in range(10):
        await asyncio.wait_for(once(), 30)
    uart.quiet = True
    for _ in range(3):
        await once()
    assert outcomes[-2:] == ["right"] * 2 and outcomes.count("right") >= 8, outcomes
    assert len(set(echo.heard)) == len(echo.heard)
