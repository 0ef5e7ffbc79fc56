# SPDX-License-Identifier: MIT
"""The PN532 driver against the virtual chip on UART, SPI and I2C: cards come, answer, go; bytes are lost."""

import asyncio
import random

import pytest
from wires import DirectUart, I2cWire, SpiWire

from boards.sim.chips.pn532 import InField, VirtualPN532
from boards.sim.chips.pn532_lines import I2cPN532, SpiPN532
from pos.cards.errors import CardError, CardRemoved, TwoCards
from pos.drivers import DeviceTimeout
from pos.drivers.pn532 import PN532
from pos.drivers.pn532_burst import BurstLine, I2cBurst, SpiBurst
from pos.drivers.pn532_uart import UartLine

SELECT = bytes.fromhex("00A404000E325041592E5359532E444446303100")


class Echo:
    """A card that says back what it is told, and how often it was switched on."""

    answer_ms = 0

    def __init__(self, answer=None):
        self.answer, self.resets, self.heard = answer, 0, []

    def reset(self):
        self.resets += 1

    def respond(self, command):
        self.heard.append(command)
        return self.answer or command + b"\x90\x00"


def on_uart():
    uart = DirectUart()
    uart.chip = chip = VirtualPN532(uart.receive)
    return UartLine(uart), chip


def on_spi():
    wire = SpiWire(SpiPN532)
    return BurstLine(SpiBurst(wire)), wire.end.chip


def on_i2c():
    wire = I2cWire(I2cPN532)
    return BurstLine(I2cBurst(wire)), wire.end.chip


@pytest.fixture(params=[on_uart, on_spi, on_i2c], ids=["uart", "spi", "i2c"])
def wired(request):
    line, chip = request.param()
    return PN532(line), chip


def detected(pn532, chip, *cards):
    async def tap():
        await pn532.start()
        chip.field.extend(cards)
        return await pn532.detect(500)

    return tap()


def test_a_card_of_either_type_answers_whatever_its_length(wired):
    pn532, chip = wired

    async def story():
        for type_b in (False, True):
            card = Echo()
            target = await detected(pn532, chip, InField(card, type_b=type_b))
            for size in (4, 5, 250, 255, 256, 261, 262, 263, 600):
                command = bytes(index & 255 for index in range(size))
                assert await target.transmit(command) == command + b"\x90\x00"
            assert await target.present()
            chip.field.clear()
            assert not await target.present()
            with pytest.raises(CardRemoved):
                await target.transmit(SELECT)
        await pn532.stop()
        assert not chip.radio and chip.errors == []

    asyncio.run(story())


def test_two_cards_none_and_a_tag_that_is_no_card(wired):
    pn532, chip = wired

    async def story():
        with pytest.raises(TwoCards):
            await detected(pn532, chip, InField(Echo()), InField(Echo(), uid=bytes(4)))
        chip.field[:] = [InField(Echo(), sel_res=0x08)]
        with pytest.raises(DeviceTimeout):
            await pn532.detect(50)

    asyncio.run(story())


def test_f36_a_reader_that_is_not_there(wired):
    pn532, chip = wired
    chip.absent = True
    with pytest.raises(DeviceTimeout):
        asyncio.run(pn532.start())


def test_a_command_that_was_cancelled_does_not_answer_the_next(wired):
    pn532, chip = wired

    async def story():
        card = Echo()
        target = await detected(pn532, chip, InField(card))
        card.answer_ms = 200
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(target.transmit(b"\x00\x01\x02\x03"), 0.05)
        card.answer_ms = 0
        assert await target.transmit(SELECT) == SELECT + b"\x90\x00"

    asyncio.run(story())


class Mangled(DirectUart):
    """A line that loses, doubles and changes bytes on their way to the device."""

    def __init__(self, seed):
        super().__init__()
        self.dice, self.quiet = random.Random(seed), True

    def receive(self, data):
        if not self.quiet and self.dice.random() < 0.15:
            at, how = self.dice.randrange(len(data)), self.dice.randrange(3)
            change = (b"", data[at : at + 1] * 2, bytes((data[at] ^ 1 << self.dice.randrange(8),)))[how]
            data = data[:at] + change + data[at + 1 :]
        super().receive(data)


@pytest.mark.fault("F33")
@pytest.mark.parametrize("seed", range(6))
def test_bytes_that_are_lost_doubled_or_changed_never_change_an_answer(seed):
    """The exchange is right or ends with a typed error in bounded time; and afterwards the line is in step again."""
    uart = Mangled(seed)
    uart.chip = chip = VirtualPN532(uart.receive)
    pn532 = PN532(UartLine(uart))
    outcomes = []

    async def once(number):
        command = bytes((0, 0xB2, number & 255, 0x0C, 0))
        try:
            target = await asyncio.wait_for(pn532.detect(200), 5)
            target.waiting_time_ms = -980  # the chip answers at once here: 20 ms to wait in vain
            assert await target.transmit(command) == command + b"\x90\x00"
            outcomes.append("right")
        except (CardError, DeviceTimeout) as error:
            outcomes.append(type(error).__name__)

    async def story():
        await detected(pn532, chip, InField(Echo()))
        uart.quiet = False
        for number in range(40):
            await once(number)
        uart.quiet = True
        for number in range(3):
            await once(number)
        assert outcomes[-2:] == ["right"] * 2
        assert outcomes.count("right") > 20

    asyncio.run(story())
