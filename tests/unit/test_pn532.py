# SPDX-License-Identifier: MIT
# heap: 256k
"""PN532: frames as in UM0701-02 section 6.2, its commands, a card's exchange, and what goes wrong on the line."""

from binascii import unhexlify

from expect import raises_async
from pos.cards.errors import CardError, CardRemoved, TwoCards
from pos.drivers import DeviceTimeout
from pos.drivers.pn532 import PN532
from pos.drivers.pn532_frame import (
    ACK,
    ACK_FRAME,
    GARBLED,
    INFORMATION,
    LONGEST,
    NACK,
    NACK_FRAME,
    Frames,
    frame,
)
from pos.drivers.pn532_uart import UartLine
from wire import FakeUart

CARD_A = "010100042004DEADBEEF057877B402"  # one target: SENS_RES, SEL_RES, NFCID1, ATS
CARD_B = "010150112233440000000000818101" + "00"


def reply(code, data=""):
    return ACK_FRAME + frame(bytes((0xD5, code + 1)) + unhexlify(data))


def reader(*answers):
    uart = FakeUart(answers=answers)
    return PN532(UartLine(uart)), uart


def found(data):
    """Every event and what the last information frame carried."""
    frames, events, carried = Frames(), [], b""
    for byte in data:
        event = frames.feed(byte)
        if event:
            events.append(event)
        if event == INFORMATION:
            carried = bytes(frames.data)
    return events, carried


def test_frames_as_in_the_manual():
    assert frame(b"\xd4\x02") == unhexlify("0000FF02FED4022A00")
    assert found(unhexlify("0000FF06FAD50332010607E800"))[1] == unhexlify("D50332010607")
    assert found(ACK_FRAME)[0] == [ACK] and found(NACK_FRAME)[0] == [NACK]


def test_long_data_take_an_extended_frame():
    data = bytes([index & 255 for index in range(LONGEST)])
    sent = frame(data)
    assert sent[:8] == unhexlify("0000FFFFFF0109F6")
    assert found(sent) == ([INFORMATION], data)
    assert found(frame(data[:255]))[1] == data[:255] and frame(data[:255])[3] == 255


def test_f33_a_frame_is_found_behind_noise_and_a_wrong_check_is_told():
    good = frame(b"\xd5\x03\x32")
    assert found(b"\x12\xff\x00\x34" + good)[0] == [INFORMATION]
    assert found(good[:-2] + b"\x00\x00" + good)[0] == [GARBLED, INFORMATION]
    zero = frame(b"\xd5\x41\x90\x00")
    assert found(zero[:-3] + zero[-2:] + b"\x01")[0] == [GARBLED]  # a lost 00 leaves the sum right
    assert found(b"\x00\x00\xff\x05\x01" + good)[0] == [INFORMATION]  # length against its complement
    assert found(b"\x00\x00\xff\xff\xff\x02\x00\xfe" + good)[0] == [INFORMATION]  # longer than any


async def test_start_wakes_the_chip_and_sets_it_up():
    pn532, uart = reader(b"", reply(0x14), reply(0x02, "32010607"), reply(0x32))
    await pn532.start()
    assert uart.writes[0][:2] == b"\x55\x55"
    assert [write[6] for write in uart.writes[1:]] == [0x14, 0x02, 0x32]


async def test_another_chip_or_none_is_a_timeout():
    pn532, _ = reader(b"", reply(0x14), reply(0x02, "33010607"))
    await raises_async(DeviceTimeout, pn532.start())
    await raises_async(DeviceTimeout, reader()[0].start())


async def test_a_command_without_acknowledgement_is_sent_again():
    pn532, uart = reader(b"", b"", reply(0x02, "32010607"))
    assert bytes(await pn532.command(0x02)) == unhexlify("32010607")
    assert len(uart.writes) == 3 and uart.writes[0] == uart.writes[2]


async def test_f33_a_garbled_reply_is_asked_for_again():
    good = frame(unhexlify("D50332010607"))
    pn532, uart = reader(ACK_FRAME + good[:-3] + b"\x00\x00\x00", good)
    assert bytes(await pn532.command(0x02)) == unhexlify("32010607")
    assert uart.writes[-1] == NACK_FRAME


async def test_a_reply_to_an_earlier_command_is_not_taken():
    pn532, _ = reader(ACK_FRAME + frame(b"\xd5\x4b\x00"), frame(unhexlify("D50332010607")))
    assert bytes(await pn532.command(0x02)) == unhexlify("32010607")


async def test_what_the_chip_does_not_know_is_refused():
    pn532, _ = reader(ACK_FRAME + unhexlify("0000FF01FF7F8100"))
    error = await raises_async(CardError, pn532.command(0x7A))
    assert error.reason == "refused"


async def test_a_command_that_was_left_is_aborted_before_the_next():
    pn532, uart = reader(ACK_FRAME, b"", b"", reply(0x02, "32010607"))
    await raises_async(DeviceTimeout, pn532.command(0x4A, b"\x02\x00", 20))
    await pn532.command(0x02)
    assert ACK_FRAME in uart.writes[1:3]


async def detected(*answers):
    pn532, uart = reader(*answers)
    return await pn532.detect(1000), uart


async def test_a_card_of_each_type_with_its_own_waiting_time():
    card, _ = await detected(reply(0x4A, CARD_A))
    assert card.waiting_time_ms == 618 + 1000  # FWI 11
    card, _ = await detected(reply(0x4A, "00"), reply(0x4A, CARD_B))
    assert card.waiting_time_ms == 77 + 1000  # FWI 8, in the protocol information


async def test_two_cards_are_told_apart_from_none():
    await raises_async(TwoCards, detected(reply(0x4A, "02" + CARD_A[2:] * 2)))
    pn532, _ = reader(*[reply(0x4A, "00")] * 400)
    await raises_async(DeviceTimeout, pn532.detect(20))


async def test_a_memory_tag_or_a_broken_list_is_no_card():
    memory_tag = "0101000400" + "04DEADBEEF"
    card, _ = await detected(reply(0x4A, memory_tag), reply(0x4A, "00"), reply(0x4A, CARD_A))
    assert card
    card, _ = await detected(reply(0x4A, "0101"), reply(0x4A, "00"), reply(0x4A, CARD_A))
    assert card


async def test_a_command_apdu_and_an_answer_in_parts():
    card, uart = await detected(
        reply(0x4A, CARD_A), reply(0x40, "40" + "61" * 200), reply(0x40, "00" + "62" * 20 + "9000")
    )
    assert await card.transmit(b"\x00\xb2\x01\x0c\x00") == b"a" * 200 + b"b" * 20 + b"\x90\x00"
    assert uart.writes[1][5:13] == unhexlify("D4400100B2010C00") and uart.writes[2][5:8] == unhexlify(
        "D44001"
    )


async def test_f31_a_card_that_goes_is_removed_and_other_trouble_is_malformed():
    for status, error in (("01", CardRemoved), ("0A", CardRemoved), ("2B", CardRemoved), ("05", CardError)):
        card, _ = await detected(reply(0x4A, CARD_A), reply(0x40, status))
        raised = await raises_async(error, card.transmit(b"\x00\xa4\x04\x00\x00"))
        assert raised.reason == ("malformed" if status == "05" else "removed")


async def test_f32_an_answer_without_end_is_ended():
    card, _ = await detected(reply(0x4A, CARD_A), *[reply(0x40, "40" + "61" * 250)] * 20)
    await raises_async(CardError, card.transmit(b"\x00\xa4\x04\x00\x00"))
