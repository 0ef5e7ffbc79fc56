# SPDX-License-Identifier: MIT
"""Voice, buzzer and lamps: frames and port states."""

import asyncio

from expect import raises
from pos.drivers.buzzer import Buzzer
from pos.drivers.lamps import Lamps
from pos.drivers.syn6288 import SYN6288, frame
from wire import FakeUart


def test_a_voice_frame_is_unicode_with_an_xor_check():
    assert frame("元1") == b"\xfd\x00\x07\x01\x03\x51\x43\x00\x31" + bytes(
        (0xFD ^ 7 ^ 1 ^ 3 ^ 0x51 ^ 0x43 ^ 0x31,)
    )


def test_a_long_text_is_cut_at_what_the_chip_takes():
    assert len(frame("字" * 300)) == 206


def test_nothing_to_say_is_not_sent():
    uart = FakeUart()
    SYN6288(uart).say("")
    assert uart.sent == b""


class Pwm:
    def __init__(self):
        self.tones = []

    def tone(self, hz):
        self.tones.append(hz)


async def test_a_beep_ends_in_silence():
    pwm = Pwm()
    buzzer = Buzzer(pwm)
    task = asyncio.create_task(buzzer.run())
    buzzer.beep("key")
    while pwm.tones[-1:] != [0]:
        await asyncio.sleep(0)
    task.cancel()
    assert pwm.tones == [2700, 0]


class Port:
    def __init__(self):
        self.masks = []

    def write(self, mask):
        self.masks.append(mask)


def test_lamps_write_only_changes():
    port = Port()
    lamps = Lamps(port)
    for on in (True, True, False):
        lamps.set("card", on)
    lamps.set("link", True)
    assert port.masks == [2, 0, 64]
    raises(ValueError, lamps.set, "moon", True)
