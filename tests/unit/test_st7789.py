# SPDX-License-Identifier: MIT
"""ST7789: what init and blit put on the SPI bus."""

from expect import raises
from pos.drivers.st7789 import ST7789
from wire import FakeSpi


async def test_init_wakes_sets_rgb565_and_switches_on():
    spi = FakeSpi()
    await ST7789(spi).init()
    commands = [data[0] for dc, data in spi.frames if dc == 0]
    assert commands == [0x01, 0x11, 0x3A, 0x36, 0x21, 0x13, 0x29]
    assert (1, b"\x55") in spi.frames


def test_blit_sets_the_window_with_its_offset_then_writes():
    spi = FakeSpi()
    ST7789(spi, 240, 280, y_offset=20).blit(8, 16, 2, 1, b"\x12\x34\x56\x78")
    assert spi.frames == [
        (0, b"\x2a"),
        (1, b"\x00\x08\x00\x09"),
        (0, b"\x2b"),
        (1, b"\x00\x24\x00\x24"),
        (0, b"\x2c"),
        (1, b"\x12\x34\x56\x78"),
    ]


def test_a_window_past_256_takes_two_bytes():
    spi = FakeSpi()
    ST7789(spi).blit(0, 319, 1, 1, bytes(2))
    assert (1, b"\x01\x3f\x01\x3f") in spi.frames


def test_what_does_not_fit_is_refused():
    display = ST7789(FakeSpi())
    raises(ValueError, display.blit, 239, 0, 2, 1, bytes(4))
    raises(ValueError, display.blit, 0, 0, 2, 2, bytes(4))
