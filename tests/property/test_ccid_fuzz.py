# SPDX-License-Identifier: MIT
"""100 000 inputs each, from a seed, for what a contact reader sends: frames, messages, answers to reset."""

import asyncio
import contextlib
import random

import pytest

from pos.cards.atr import Atr
from pos.cards.errors import CardError
from pos.drivers import DeviceTimeout, ccid, ccid_serial
from pos.drivers.ccid_serial import GARBLED, LONGEST, MESSAGE, MORE_TIME, MOVED, NAK, Frames, check

pytestmark = [pytest.mark.fault("F32"), pytest.mark.fault("F33")]
COUNT = 100_000
TELLING = bytes.fromhex("03 06 15 16 50 02 80 81 82 83 00 01 02 40 41 42 FE 6F 65 FF 0A")
EVENTS = (None, MESSAGE, NAK, GARBLED, MORE_TIME, MOVED)


def framed(message):
    return b"\x03\x06" + message + bytes((check(message),))


def message(dice):
    """A reader's message, mostly as it should be."""
    data = dice.randbytes(dice.choice((0, 1, 2, 2, 9, 20)))
    status = dice.choice((0, 0, 0, 0, 1, 2, 0x40, 0x41, 0x42, 0x80, dice.randrange(256)))
    own = bytes((status, dice.choice(TELLING), dice.choice((0, 0, 0, 1, 2, 3, 16))))
    kind = dice.choice((0x80, 0x80, 0x81, 0x82, 0x83, dice.randrange(256)))
    return (
        bytes((kind,))
        + len(data).to_bytes(4, "little")
        + bytes((0, dice.choice((1, 1, 1, 0, 2))))
        + own
        + data
    )


def stream(dice):
    """Frames with bytes changed, lost, doubled; or bytes that mean something on the line."""
    if dice.random() < 0.4:
        return bytes(dice.choices(TELLING, k=dice.randrange(40)))
    data = bytearray(b"".join(framed(message(dice)) for _ in range(dice.randrange(1, 3))))
    for _ in range(dice.randrange(3)):
        at = dice.randrange(len(data))
        data[at : at + 1] = dice.choice((b"", data[at : at + 1] * 2, bytes((dice.choice(TELLING),))))
    return bytes(data)


def test_any_bytes_are_frames_or_none_and_a_right_one_is_found_afterwards():
    dice, frames, whole = random.Random(1), Frames(), 0
    right = framed(bytes.fromhex("80020000000001000000") + b"\x90\x00")
    for _ in range(COUNT):
        for byte in stream(dice):
            event = frames.feed(byte)
            assert event in EVENTS
            whole += event == MESSAGE
        assert len(frames.message) <= LONGEST
        frames.restart()  # what silence does
        assert [frames.feed(byte) for byte in right][-1] == MESSAGE
        frames.restart()
    assert whole > COUNT // 4


class Reader:
    """A line from which one stream comes after each message that is sent; it never waits."""

    def __init__(self, dice):
        self._dice, self._input, self.streams = dice, b"", 0

    def write(self, buf):
        self.streams += 1
        self._input = stream(self._dice)

    def any(self):
        return 0

    def readinto(self, buf):
        part, self._input = self._input[: len(buf)], self._input[len(buf) :]
        buf[: len(part)] = part
        return len(part)

    async def wait(self, timeout_ms):
        return bool(self._input) and self._dice.random() < 0.95


async def outcomes(once, count, seed):
    """(streams that the driver read, answers that it took from them)."""
    line, taken = Reader(random.Random(seed)), 0
    reader = ccid.Ccid(ccid_serial.SerialLine(line))
    while line.streams < count:
        reader._sequence = 0
        with contextlib.suppress(CardError, DeviceTimeout):
            taken += bool(await once(reader))
    return line.streams, taken


def test_any_messages_are_an_answer_or_a_typed_error():
    async def exchange(reader):
        answer = await ccid.Card(reader, Atr(b"\x3b\x00")).transmit(b"\x00\xa4\x04\x00\x00")
        assert isinstance(answer, bytes)
        return True

    streams, answers = asyncio.run(outcomes(exchange, COUNT, 2))
    assert streams >= COUNT and COUNT // 100 < answers < COUNT // 2


def test_any_messages_are_a_card_or_a_typed_error():
    streams, cards = asyncio.run(outcomes(lambda reader: reader.inserted(0), COUNT // 5, 3))
    assert streams > cards


def test_any_answer_to_reset_is_read_or_malformed():
    dice, read = random.Random(4), 0
    for _ in range(COUNT):
        atr = bytes((dice.choice((0x3B, 0x3F, 0x3B, dice.randrange(256))),)) + dice.randbytes(
            dice.randrange(20)
        )
        try:
            found = Atr(atr)
        except CardError:
            continue
        read += 1
        assert 0 <= found.silence_ms <= 1600 and len(found.parameters()) == (7 if found.protocol else 5)
    assert read > COUNT // 100
