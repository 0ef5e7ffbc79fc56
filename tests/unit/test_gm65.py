# SPDX-License-Identifier: MIT
"""GM65 scanner: command frames as in its manual, answers, codes."""

from expect import raises_async
from pos.drivers import DeviceTimeout
from pos.drivers.gm65 import GM65, Acknowledge, ScanError, crc, write_zone
from wire import FakeUart

ACK = b"\x02\x00\x00\x01\x00\x33\x31"


def test_frames_carry_a_ccitt_check():
    assert crc(b"\x00\x01\x00") == 0x3331
    assert write_zone(2, 1) == b"\x7e\x00\x08\x01\x00\x02\x01\x02\xda"


def test_an_answer_is_found_among_other_bytes():
    answer = Acknowledge()
    results = [answer.feed(byte) for byte in b"12\x02\x02\x00\x00\x07" + ACK]
    assert results[-1] is True and results[:-1] == [None] * (len(results) - 1)
    assert [answer.feed(byte) for byte in ACK[:-1] + b"\x00"][-1] is None


async def test_start_sets_the_mode_once_then_triggers():
    uart = FakeUart(answers=[ACK] * 4)
    scanner = GM65(uart)
    await scanner.start()
    await scanner.start()
    assert [w[5:7] for w in uart.writes] == [b"\x00\xd5", b"\x06\x00", b"\x02\x01", b"\x02\x01"]


async def test_a_scanner_that_is_not_there():
    await raises_async(DeviceTimeout, GM65(FakeUart()).start())


async def test_a_code_ends_with_cr():
    scanner = GM65(FakeUart(b"134567890123456789\r6212\r"))
    assert await scanner.read(5) == "134567890123456789"
    assert await scanner.read(5) == "6212"
    await raises_async(DeviceTimeout, scanner.read(5))


async def test_what_is_not_text_is_unreadable():
    for noise in (b"1234\xff5\r", b"\r", b"1" * 200 + b"\r", b"12345"):
        error = await raises_async(ScanError, GM65(FakeUart(noise)).read(5))
        assert error.reason == "unreadable"
