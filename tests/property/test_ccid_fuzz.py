# SPDX-License-Identifier: MIT
"""100 000 inputs each for what a contact reader sends: frames, messages, answers to reset (docs/fuzzing.md)."""

import pytest
from fuzzing import COUNT, Grammar, Line, Target, driven, fuzzed

from pos.cards.atr import Atr
from pos.cards.errors import CardError
from pos.drivers import DeviceTimeout, ccid, ccid_serial
from pos.drivers.ccid_serial import GARBLED, HEADER, LONGEST, MESSAGE, MORE_TIME, MOVED, NAK, Frames, check

pytestmark = [pytest.mark.fault("F32"), pytest.mark.fault("F33")]
TELLING = bytes.fromhex("03 06 15 16 50 02 80 81 82 83 00 01 02 40 41 42 FE 6F 65 FF 0A")
VERIFY = bytes.fromhex("00200080082412340FFFFFFFFFFF")  # a PIN
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


def mended(data):
    """Sync bytes, length and check as they should be."""
    message = bytearray(data[2:-1])
    if len(message) >= HEADER:
        message[1:5] = (len(message) - HEADER).to_bytes(4, "little")
    return framed(message)


# Replies to the first three commands after a card has come: slot status, answer to reset, parameters.
COMING = tuple(
    map(bytes.fromhex, ("81000000000001000000", "800200000000020000003B00", "82000000000003000000"))
)
RIGHT = framed(bytes.fromhex("80020000000001000000") + b"\x90\x00")
STREAMS = Grammar(lambda dice: framed(message(dice)), TELLING, mended=mended)
STARTS = STREAMS._replace(sound=lambda dice: framed(dice.choice(COMING)), right=0.6)
ANSWERS = Grammar(lambda dice: dice.choice((b"\x3b", b"\x3f")) + dice.randbytes(dice.randrange(20)), TELLING)


def stream(data):
    """Any bytes are frames or none, and a right one is found afterwards."""
    frames, whole = Frames(), 0
    for byte in data:
        event = frames.feed(byte)
        assert event in EVENTS
        whole += event == MESSAGE
    assert len(frames.message) <= LONGEST
    frames.restart()  # what silence does
    assert [frames.feed(byte) for byte in RIGHT][-1] == MESSAGE
    if not whole:
        raise ValueError


def answer_to_reset(data):
    found = Atr(data)
    assert 0 <= found.silence_ms <= 1600 and len(found.parameters()) == (7 if found.protocol else 5)


TARGETS = {"ccid": Target(stream, STREAMS), "atr": Target(answer_to_reset, ANSWERS, (CardError,))}


def test_any_bytes_are_frames_or_none():
    tally = fuzzed(TARGETS["ccid"], 1)
    assert tally.taken > COUNT // 4 and tally.refused > COUNT // 4


def test_any_answer_to_reset_is_read_or_malformed():
    tally = fuzzed(TARGETS["atr"], 4)
    assert tally.taken > COUNT // 100
    assert tally.texts == {"CardError('malformed')", "CardError('unsupported')"}


async def answered(once, grammar, count, seed):
    """What came of it to ask the driver again and again, on a line with `count` streams."""
    line = Line(grammar, seed)
    reader = ccid.Ccid(ccid_serial.SerialLine(line))

    async def asked():
        reader._sequence = 0
        return await once(reader)

    return await driven(asked, line, (CardError, DeviceTimeout), count)


async def test_any_messages_are_an_answer_or_a_typed_error():
    async def exchange(reader):
        answer = await ccid.Card(reader, Atr(b"\x3b\x00")).transmit(VERIFY)
        assert isinstance(answer, bytes)
        return True

    tally = await answered(exchange, STREAMS, COUNT, 2)
    assert COUNT // 100 < tally.taken < COUNT // 2
    assert not [text for text in tally.texts if "1234" in text]


async def test_any_messages_are_a_card_or_a_typed_error():
    tally = await answered(lambda reader: reader.inserted(0), STARTS, COUNT // 5, 3)
    assert tally.taken > COUNT // 10_000 and tally.refused > COUNT // 100
