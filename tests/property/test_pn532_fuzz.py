# SPDX-License-Identifier: MIT
"""100 000 inputs each for what a PN532 sends, by its driver's own parsers, on all three buses (docs/fuzzing.md)."""

import pytest
from fuzzing import COUNT, Grammar, Line, Target, driven, fuzzed

from pos.cards.errors import CardError, TwoCards
from pos.drivers import DeviceTimeout, pn532
from pos.drivers.deadline import Deadline
from pos.drivers.pn532_burst import BurstLine, I2cBurst, SpiBurst
from pos.drivers.pn532_frame import ACK, ACK_FRAME, GARBLED, INFORMATION, LONGEST, NACK, Frames, frame
from pos.drivers.pn532_uart import UartLine

pytestmark = [pytest.mark.fault("F32"), pytest.mark.fault("F33")]
TELLING = bytes.fromhex("00 00 00 FF FF FF 00 01 01 FE 02 03 FD D5 41 4B 7F 81 40 90 05")
EVENTS = (None, ACK, NACK, INFORMATION, GARBLED)
RIGHT = frame(b"\xd5\x41\x00\x90\x00")
VERIFY = bytes.fromhex("00200080082412340FFFFFFFFFFF")  # a PIN
TYPED = (CardError, DeviceTimeout)
CARDS = tuple(
    map(
        bytes.fromhex,
        ("00", "010100042004DEADBEEF057877B402", "01015011223344000000000081810100", "0201", "0101000400"),
    )
)


def exchanged(dice):
    """The reply to InDataExchange: what the card answers, that there is more, or why it does not."""
    status = dice.choice((0, 0, 0, 0, 0x40, 0x01, 0x0A, 0x29, 0x05, dice.randrange(256)))
    size = 258 if dice.random() < 0.01 else dice.choice((0, 2, 2, 9, 20))
    return acknowledged(b"\xd5\x41" + bytes((status,)) + dice.randbytes(size))


def acknowledged(data):
    return ACK_FRAME + frame(data)


def mended(data):
    """Length and check sum of the frame behind the ACK as they should be."""
    body = data[len(ACK_FRAME) + 5 : -2][:LONGEST]
    return acknowledged(body) if body else data


EXCHANGES = Grammar(exchanged, TELLING, mended=mended)
LISTS = Grammar(lambda dice: acknowledged(b"\xd5\x4b" + dice.choice(CARDS)), TELLING, mended=mended)


def extended(data):
    """The same data with the long form of its length, which the chip may take for short ones too."""
    size = len(data)
    head = bytes((255, 255, size >> 8, size & 255, -((size >> 8) + size) & 255))
    return b"\x00\xff" + head + data + bytes((-sum(data) & 255, 0))


def stream(data):
    """Any bytes are frames or none, only right ones carry data, and one is found afterwards."""
    frames, whole = Frames(), 0
    for at, byte in enumerate(data, 1):
        event = frames.feed(byte)
        assert event in EVENTS
        if event == INFORMATION:
            whole += 1
            carried = bytes(frames.data)
            assert data[:at].endswith((frame(carried)[1:], extended(carried)))
    frames.restart()
    assert [frames.feed(byte) for byte in RIGHT][-1] == INFORMATION
    if not whole:
        raise ValueError


TARGETS = {"pn532": Target(stream, EXCHANGES)}


def test_any_bytes_are_frames_or_none():
    tally = fuzzed(TARGETS["pn532"], 1)
    assert tally.taken > COUNT // 4 and tally.refused > COUNT // 4


async def exchange(reader):
    answer = await pn532.Target(reader, 1, 100).transmit(VERIFY)
    assert isinstance(answer, bytes) and len(answer) <= 2048 + 2 * LONGEST
    return True


async def test_any_bytes_on_the_uart_are_an_answer_or_a_typed_error():
    line = Line(EXCHANGES, 2)
    reader = pn532.PN532(UartLine(line))
    tally = await driven(lambda: exchange(reader), line, TYPED)
    assert COUNT // 50 < tally.taken < COUNT // 2
    assert not [text for text in tally.texts if "1234" in text]


async def test_any_list_of_targets_is_a_card_two_cards_or_a_typed_error():
    line = Line(LISTS, 3)
    reader = pn532.PN532(UartLine(line))

    async def detect():
        card = await reader.detect(1000)
        assert 1000 <= card.waiting_time_ms < 6000
        return True

    tally = await driven(detect, line, TYPED, COUNT // 5)
    assert tally.taken > COUNT // 100 and repr(TwoCards()) in tally.texts


class Bus(Line):
    """SPI and I2C: read in one go, with zeros behind what the chip has to say."""

    def writeto(self, address, buf):
        self.write(buf)

    def read(self, head, buf):
        buf[:] = bytes(len(buf))
        self.readinto(buf)

    def readfrom_into(self, address, buf):
        """The ready byte first."""
        self.read(address, buf[1:])
        buf[0] = self._dice.random() < 0.95


BURSTS = pytest.mark.parametrize("burst", [SpiBurst, I2cBurst])


@BURSTS
async def test_any_burst_is_a_frame_or_garbled(burst):
    """Read in pieces of 32 bytes, to be quick."""
    bus, frames, events = Bus(EXCHANGES, 4), Frames(), set()
    line = BurstLine(burst(bus))

    async def receive():
        line.send(VERIFY)
        event = await line.receive(frames, Deadline(None), 32)
        assert event in EVENTS
        events.add(event)
        return event == INFORMATION

    tally = await driven(receive, bus, (), COUNT // 2)
    assert events == set(EVENTS) and tally.taken < COUNT // 2


@BURSTS
async def test_any_burst_is_an_answer_or_a_typed_error(burst):
    bus = Bus(EXCHANGES, 5)
    reader = pn532.PN532(BurstLine(burst(bus)))
    tally = await driven(lambda: exchange(reader), bus, TYPED, COUNT // 50)
    assert COUNT // 5000 < tally.taken < COUNT // 50
