# SPDX-License-Identifier: MIT
"""Drivers against virtual chips over direct wires: what one writes, the other understands."""

import asyncio
import io
import random

import pytest
from PIL import Image
from wires import DirectSpi, DirectUart

from boards.sim.chips.glyphs import Glyphs, font_path
from boards.sim.chips.keypad import KEYS, VirtualKeypad
from boards.sim.chips.printer import VirtualPrinter
from boards.sim.chips.reading import Picture, read
from boards.sim.chips.scanner import VirtualGM65, crc16
from boards.sim.chips.st7789 import VirtualST7789
from boards.sim.chips.stripe import swipe
from boards.sim.chips.voice import VirtualSYN6288
from pos.compat import mapped
from pos.domain.receipt import CUT, Line, Qr
from pos.drivers.gm65 import GM65, ScanError
from pos.drivers.keypad import LAYOUT, Keypad
from pos.drivers.magstripe import StripeError, StripeReader
from pos.drivers.printer import Printer, PrinterError
from pos.drivers.st7789 import ST7789
from pos.drivers.syn6288 import SYN6288
from pos.ui.font import Font
from pos.ui.screen import Screen
from pos.ui.view import View, row
from suanpan.firmware.font import font_file


@pytest.fixture(scope="module")
def glyphs():
    font_file()
    return Glyphs(font_path())


@pytest.fixture
def font(glyphs):
    return Font(mapped(font_path()))


def screen_on(chip, font):
    driver = ST7789(DirectSpi(chip))
    asyncio.run(driver.init())
    return Screen(driver, font)


def shown(chip, screen, view):
    screen.show(view)
    screen.draw()
    assert chip.errors == []
    return chip.text()


def test_the_picture_reads_back_as_what_was_shown(glyphs, font):
    chip = VirtualST7789(240, 320, lambda: glyphs)
    screen = screen_on(chip, font)
    screen.status.clock, screen.status.marks = "23:59", ("模拟 SIMULATOR",)
    rows = [
        row("交易成功", "centre", 2, "good"),
        row("CNY 1234567.89", "right", 2),
        row("卡号\t622202****1234"),
        row("Signal, voilà: naïve Straße", style="dim"),
        row("1 selected", style="inverse"),
    ]
    text = shown(chip, screen, View("消费 Sale", rows, (("CANCEL", "返回"), ("ENTER", "OK")), "good"))
    for line in ("模拟 SIMULATOR", "消费 Sale", "交易成功", "CNY 1234567.89", "622202****1234", "返回"):
        assert line in text, text
    assert "Signal, voilà: naïve Straße" in text and "1 selected" in text and "23:59" in text


def test_every_glyph_of_the_font_reads_back_at_both_scales(glyphs, font):
    """Except those that another glyph looks exactly like, and full rows, which look like bars."""
    chip = VirtualST7789(240, 320, lambda: glyphs)
    screen = screen_on(chip, font)
    own = {char for char in glyphs.by_rows.values()}
    wide = [c for c in sorted(own) if glyphs.of[c][0] == 16]
    chosen = random.Random(1).sample(wide, 60) + [chr(c) for c in range(0x21, 0x7F) if c not in (0x5F,)]
    for scale in (1, 2):
        room = 28 // scale
        while chosen:
            line, used = "", 0
            while chosen and used + glyphs.of[chosen[0]][0] // 8 <= room:
                used += glyphs.of[chosen[0]][0] // 8
                line += chosen.pop(0)
            assert line in shown(chip, screen, View("", [row(line, "left", scale)])), line
        chosen = random.Random(2).sample(wide, 30)


def test_a_half_drawn_line_is_not_read(glyphs, font):
    chip = VirtualST7789(240, 320, lambda: glyphs)
    shown(chip, screen_on(chip, font), View("", [row("APPROVED", "centre", 2)]))
    memory = bytearray(chip.memory)
    memory[: 480 * 112] = bytes(480 * 112)  # cuts through the line
    assert "APPROVED" not in read(Picture(bytes(memory), 240, 320, 2), glyphs)


def test_the_glass_is_dark_before_init(glyphs):
    chip = VirtualST7789(240, 320, lambda: glyphs)
    ST7789(DirectSpi(chip)).blit(0, 0, 240, 1, b"\xff" * 480)
    assert chip.image().getbbox() is None and chip.text() == ""


class Wired:
    """Printer driver and virtual printer on one line."""

    def __init__(self, glyphs, font):
        self.uart, self.events = DirectUart(), []
        self.chip = VirtualPrinter(
            lambda: glyphs, self.uart.receive, lambda *event: self.events.append(event)
        )
        self.uart.chip = self.chip
        self.driver = Printer(self.uart, font)


LINES = [Line("商户 Shop", "centre", 2, True), Line("小计" + " " * 20 + "12.34 元", "left", 1, False)]


async def test_a_slip_as_text_picture_and_bytes(glyphs, font):
    wired = Wired(glyphs, font)
    await wired.driver.print([*LINES, Line("right", "right", 1, True), Qr("https://example.org/a"), CUT])
    (slip,) = wired.chip.slips
    assert slip.complete and wired.chip.errors == []
    assert slip.text.split("\n") == [
        "       商户 Shop",
        "小计                    12.34 元",
        " " * 27 + "right",
        "[QR https://example.org/a]",
    ]
    picture = Image.open(io.BytesIO(slip.png_bytes))
    assert picture.size == ((384 + 48) * 2, slip.rows * 2)
    assert "商户".encode("gb2312") in slip.bytes
    assert slip.rows - 24 == wired.driver.dots


@pytest.mark.parametrize(
    ("fault", "reason"),
    [({"paper": "out"}, "paper"), ({"cover": "open"}, "cover"), ({"heat": True}, "heat")],
)
async def test_faults_before_a_slip_print_nothing(glyphs, font, fault, reason):
    wired = Wired(glyphs, font)
    for name, value in fault.items():
        setattr(wired.chip, name, value)
    with pytest.raises(PrinterError) as error:
        await wired.driver.print(LINES)
    assert error.value.reason == reason and wired.chip.slips == []


async def test_low_paper_still_prints(glyphs, font):
    wired = Wired(glyphs, font)
    wired.chip.paper = "low"
    status = await wired.driver.status()
    assert status.paper and status.paper_low
    await wired.driver.print([*LINES, CUT])
    assert wired.chip.slips[0].complete


async def test_a_slow_printer_feeds_line_by_line(glyphs, font):
    wired = Wired(glyphs, font)
    wired.chip.rows_per_s = 6000
    await wired.driver.print([*LINES * 8, CUT])
    fed = [data["rows"] for kind, data in wired.events if kind == "print"]
    assert len(fed) == 17 and wired.chip.slips[0].complete


async def test_nothing_of_a_broken_slip_comes_out_later(glyphs, font):
    wired = Wired(glyphs, font)
    wired.chip.paper_for(100)
    with pytest.raises(PrinterError):
        await wired.driver.print([*LINES, *LINES, CUT])
    wired.chip.paper = "in"
    await wired.driver.print([Line("new", "left", 1, False), CUT])
    assert wired.chip.slips[1].text == "new"


@pytest.mark.parametrize("damage", ["lrc", "parity", "short"])
async def test_stripe_damage_has_its_reason(damage):
    uart = DirectUart()
    uart.receive(swipe("B4111111111111111^X^2912101", "4111111111111111=2912101", damage, random.Random(1)))
    with pytest.raises(StripeError) as error:
        await StripeReader(uart).read(10)
    assert error.value.reason == {"short": "framing"}.get(damage, damage)


@pytest.mark.parametrize("seed", range(20))
async def test_stripe_noise_is_skipped(seed):
    uart = DirectUart()
    uart.receive(swipe(None, ";4111111111111111=2912101?", "noise", random.Random(seed)))
    assert (await StripeReader(uart).read(10)).track2 == "4111111111111111=2912101"


async def test_scanner_reads_once_per_trigger():
    uart = DirectUart()
    chip = uart.chip = VirtualGM65(uart.receive)
    scanner = GM65(uart)
    assert not chip.show("123")
    await scanner.start()
    assert chip.lit and chip.show("123") and not chip.show("456")
    assert await scanner.read(10) == "123"
    await scanner.start()
    chip.show("134567890123456789", "unreadable")
    with pytest.raises(ScanError):
        await scanner.read(10)
    await scanner.start()
    await scanner.stop()
    assert not chip.lit and chip.errors == []


def test_the_scanner_checks_frames_by_its_own_reckoning():
    assert crc16(b"\x00\x01\x00") == 0x3331  # from the manual
    chip = VirtualGM65(lambda data: None)
    chip.feed(b"\x7e\x00\x08\x01\x00\x02\x01\x00\x00")
    assert chip.errors and not chip.lit


def test_voice_frames_decode_and_a_broken_one_is_refused():
    said, replies, uart = [], [], DirectUart()
    chip = uart.chip = VirtualSYN6288(replies.append, said.append)
    SYN6288(uart).say("支付宝到账 12.34 元")
    chip.feed(b"\x00\xfd\x00\x03\x01\x03\x00")
    assert said == ["支付宝到账 12.34 元"] and replies == [b"\x41", b"\x45"]


@pytest.mark.parametrize("seed", range(5))
def test_every_key_comes_through_its_bounce(seed):
    chip = VirtualKeypad(seed)

    class Contacts:
        state = chip.state()

        def read_row(self, index):
            return self.state[index]

    contacts = Contacts()
    keypad = Keypad(contacts)
    assert {name for line in LAYOUT for name in line if name} == set(KEYS)
    for name in KEYS:
        for contacts.state in chip.close(name) + chip.open(name):
            keypad.scan()
        assert [key for _, key in keypad._queue] == [name]
        keypad.clear()
