# SPDX-License-Identifier: MIT
# heap: 256k
"""CCID: frames on the serial line, the reader's messages, a card's exchange, and what goes wrong between them."""

from binascii import unhexlify

from expect import raises_async
from pos.cards.errors import CardError, CardRemoved, CardSilent
from pos.drivers import DeviceTimeout
from pos.drivers.ccid import Ccid
from pos.drivers.ccid_serial import (
    GARBLED,
    LONGEST,
    MESSAGE,
    MORE_TIME,
    MOVED,
    NAK,
    NAK_FRAME,
    Frames,
    SerialLine,
    check,
)
from pos.drivers.deadline import Deadline
from wire import FakeUart

ATR = "3B6500002063CB6800"
SELECT = unhexlify("00A4040000")
ABSENT, ACTIVE, INACTIVE = "02", "00", "01"
DATA, STATUS, PARAMETERS, ESCAPE = 0x80, 0x81, 0x82, 0x83


class PacedUart(FakeUart):
    """An answer that is a tuple comes in pieces, with a pause before each of the later ones.

    Waits end at once: short ones between the pieces without anything, as a pause has it.
    """

    def __init__(self, answers):
        firsts = [answer[0] if isinstance(answer, tuple) else answer for answer in answers]
        super().__init__(answers=firsts)
        self._later = [list(answer[1:]) if isinstance(answer, tuple) else [] for answer in answers]
        self._pieces = []

    def write(self, buf):
        if self._later:
            self._pieces = self._later.pop(0)
        super().write(buf)

    async def wait(self, timeout_ms):
        if not self.any() and self._pieces and timeout_ms > 3:
            self.receive(self._pieces.pop(0))
        return bool(self.any())


def frame(message):
    return b"\x03\x06" + message + bytes((check(message),))


def said(kind, sequence, data="", status="00", error="00", chain="00"):
    """A frame of the reader."""
    data = unhexlify(data)
    head = bytes((kind,)) + len(data).to_bytes(4, "little") + bytes((0, sequence))
    return frame(head + unhexlify(status + error + chain) + data)


def reader(*answers):
    uart = PacedUart(answers)
    return Ccid(SerialLine(uart)), uart


def found(data):
    """Every event and what the last message was."""
    frames, events = Frames(), []
    for byte in data:
        event = frames.feed(byte)
        if event:
            events.append(event)
    return events, bytes(frames.message)


async def inserted(*answers):
    """A card in the slot, and the uart; answers from the fourth message on."""
    ccid, uart = reader(
        said(STATUS, 1, status=INACTIVE), said(DATA, 2, ATR), said(PARAMETERS, 3, status="40"), *answers
    )
    return await ccid.inserted(1000), uart


def test_frames_as_gemcore_readers_have_them():
    """SYNC, ACK, GetSlotStatus, exclusive or of all bytes; NAK; a card's coming and going; a request for time."""
    assert frame(unhexlify("65000000000001000000"))[-1] == 0x03 ^ 0x06 ^ 0x65 ^ 0x01
    events, message = found(said(STATUS, 7, status=ABSENT) + b"\x50\x03\x50\x02\xff" + NAK_FRAME)
    # The last four come without a pause behind the message here: only the movements may.
    assert events[:3] == [MESSAGE, MOVED, MOVED] and message == unhexlify("81000000000007020000")
    assert found(b"\x50\x03\x80" + NAK_FRAME)[0] == [MOVED, MORE_TIME, NAK]


def test_the_longest_message_and_one_byte_more():
    assert found(said(DATA, 1, "61" * (LONGEST - 10)))[0] == [MESSAGE]
    assert found(said(DATA, 1, "61" * (LONGEST - 9))[:7])[0] == [GARBLED]


def test_f33_a_changed_byte_is_noticed_and_the_next_frame_is_found():
    good = said(DATA, 1, "9000")
    for at in range(2, len(good)):
        bad = bytearray(good)
        bad[at] ^= 0x10
        assert MESSAGE not in found(bad)[0]
    assert found(good[:-1] + b"\x00" + good)[0] == [GARBLED, MESSAGE]


async def test_f33_a_byte_twice_that_leaves_the_check_right_is_noticed_by_what_follows():
    good = said(DATA, 1, "13009000")  # its check is 03, which is also its first byte
    assert good[-1] == good[0]
    for at in range(len(good)):
        stream = good[: at + 1] + good[at:]
        uart = PacedUart([stream])
        uart.write(b"")
        assert await SerialLine(uart).receive(Deadline(100)) == GARBLED


async def test_start_asks_for_the_level_of_apdus_whatever_the_reader_says_to_that():
    ccid, uart = reader(said(ESCAPE, 1, status="42"))
    await ccid.start()
    assert uart.sent[2:14] == unhexlify("6B0200000000" + "01" + "000000" + "A002")
    await raises_async(DeviceTimeout, reader()[0].start())
    assert (await raises_async(DeviceTimeout, reader()[0].start())).args == ("ccid",)


async def test_a_card_is_powered_and_its_parameters_are_told():
    card, uart = await inserted()
    assert card.atr.protocol == 0 and card.waiting_time_ms == 4000
    kinds = [write[2] for write in uart.writes]
    assert kinds == [0x65, 0x62, 0x61]
    assert uart.writes[2][9:17] == unhexlify("000000" + "1100000A00")


async def test_a_reader_that_does_not_choose_the_voltage_is_told():
    ccid, uart = reader(
        said(STATUS, 1, status=INACTIVE),
        said(DATA, 2, status="41", error="07"),
        said(DATA, 3, ATR),
        said(PARAMETERS, 4),
    )
    assert await ccid.inserted(1000)
    assert uart.writes[2][9] == 1


async def test_no_card_in_time_and_one_that_does_not_go():
    ccid, _ = reader(said(STATUS, 1, status=ABSENT))
    assert (await raises_async(DeviceTimeout, ccid.inserted(0))).args == ("card",)
    ccid, _ = reader(said(STATUS, 1, status=ACTIVE))
    await raises_async(DeviceTimeout, ccid.removed(0))


async def test_an_exchange_and_one_in_parts():
    card, uart = await inserted(
        said(DATA, 4, "9000"),
        said(DATA, 5, "61" * 100, chain="01"),
        said(DATA, 6, "62" * 100, chain="03"),
        said(DATA, 7, "9000", chain="02"),
    )
    assert await card.transmit(SELECT) == b"\x90\x00"
    assert uart.writes[3][2:] == frame(unhexlify("6F05000000" + "00" + "04" + "000000") + SELECT)[2:]
    assert await card.transmit(SELECT) == b"a" * 100 + b"b" * 100 + b"\x90\x00"
    assert uart.writes[5][9:12] == b"\x00\x10\x00" and uart.writes[5][3] == 0


async def test_what_was_sent_is_not_kept():
    card, uart = await inserted(said(DATA, 4, "9000"))
    await card.transmit(unhexlify("0020008008241234FFFFFFFFFF"))
    assert not any(card._reader._line._out[2:])


async def test_a_card_that_works_long_gets_more_time():
    wait = said(DATA, 4, status="80", error="02")
    card, _ = await inserted((wait, b"\xff", wait, b"\x50\x03", said(DATA, 4, "9000")))
    assert await card.transmit(SELECT) == b"\x90\x00"


async def test_f31_a_card_that_goes_is_removed():
    for status, error in (("42", "FE"), ("41", "FE"), ("42", "FB")):
        card, _ = await inserted(said(DATA, 4, status=status, error=error))
        await raises_async(CardRemoved, card.transmit(SELECT))
        await raises_async(CardRemoved, card.transmit(SELECT))


async def test_f32_a_mute_card_and_what_a_reader_cannot_make_sense_of():
    for error, reason in (("FE", "silent"), ("FD", "malformed"), ("F4", "malformed"), ("F6", "unsupported")):
        card, _ = await inserted(said(DATA, 4, status="40", error=error))
        raised = await raises_async(CardError, card.transmit(SELECT))
        assert raised.reason == reason
    card, _ = await inserted(*[said(DATA, 4 + i, "61" * 250, chain="03") for i in range(20)])
    await raises_async(CardError, card.transmit(SELECT))
    await raises_async(CardError, (await inserted())[0].transmit(bytes(262)))


async def test_an_answer_that_is_lost_is_asked_for_and_the_command_not_repeated():
    good = said(DATA, 4, "9000")
    card, uart = await inserted(good[:13] + b"\x91" + good[14:], good)
    assert await card.transmit(SELECT) == b"\x90\x00"
    assert uart.writes[4:] == [NAK_FRAME]


async def test_a_command_that_the_reader_did_not_understand_is_sent_again():
    card, uart = await inserted(NAK_FRAME, said(DATA, 4, "9000"))
    assert await card.transmit(SELECT) == b"\x90\x00"
    assert uart.writes[3] == uart.writes[4] and uart.writes[3][2] == 0x6F


async def test_a_command_that_was_lost_shows_by_the_answer_before_it():
    card, uart = await inserted(b"\x12", said(PARAMETERS, 3, status="40"), said(DATA, 4, "9000"))
    assert await card.transmit(SELECT) == b"\x90\x00"
    assert uart.writes[4] == NAK_FRAME and uart.writes[5][2] == 0x6F


async def test_a_reader_that_went_away_is_a_silent_card():
    card, _ = await inserted()
    await raises_async(CardSilent, card.transmit(SELECT))
    await raises_async(CardRemoved, card.transmit(SELECT))


async def test_an_echo_of_the_command_is_no_answer():
    sent = frame(unhexlify("65000000000001000000"))
    for answer in (sent + said(STATUS, 1, status=ABSENT), (sent, said(STATUS, 1, status=ABSENT))):
        ccid, _ = reader(answer)
        assert (await ccid.command(0x65))[7] == 2
