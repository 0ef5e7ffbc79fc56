# SPDX-License-Identifier: MIT
"""The screen model: the same views on a colour and on a monochrome display, only changes drawn."""

import asyncio

from pos.ui import theme
from pos.ui.font import Font
from pos.ui.layout_colour import ColourLayout
from pos.ui.layout_mono import MonoLayout
from pos.ui.screen import Screen
from pos.ui.view import Status, View, row
from small_font import bitmap, small_font
from wire import FakeDisplay

FONT = Font(small_font({"元": 0xD4AA}))
SALE = (row("hint", style="dim"), row("12.34", "centre", 2), row("Card\t*1234"), row("last", style="dim"))


def cell(display, x, y, columns=1):
    """Bytes of the monochrome cell of 8 × columns pixels at (x, y), row by row."""
    return b"".join(display.lines[y + i][x // 8 : x // 8 + columns] for i in range(16))


def ink(line):
    """Which pixels of a colour line are in the colour of normal text."""
    colour = bytes((theme.INK >> 8, theme.INK & 255))
    return [line[i : i + 2] == colour for i in range(0, len(line), 2)]


def texts(scene):
    return [item[2] for item in scene if len(item) == 6]


def test_mono_title_is_inverse_and_the_rest_plain():
    display = FakeDisplay(128, 64, 1, 128)
    screen = Screen(display, FONT)
    screen.show(View("A", [row("B"), row("元")]))
    screen.draw()
    assert cell(display, 0, 0) == bytes(b ^ 255 for b in bitmap("A"))
    assert cell(display, 0, 16) == bitmap("B")
    assert cell(display, 0, 32, 2) == bitmap("元")


def test_mono_keeps_the_amount_and_drops_what_is_dim():
    scene = MonoLayout(FONT, 128, 64).scene(View("Sale", SALE, (("ENTER", "OK"),)), Status(), 0)
    assert texts(scene) == ["Sale", "12.34", "*1234", "Card"]


def test_colour_shows_everything():
    status = Status()
    status.clock, status.queue, status.marks = "14:05", 3, ("SIMULATOR",)
    scene = ColourLayout(FONT, 240, 320).scene(View("Sale", SALE, (("ENTER", "OK"),)), status, 0)
    shown = texts(scene)
    for text in ("14:05  ↑3", "SIMULATOR", "Sale", "hint", "12.34", "Card", "*1234", "last", "■", "OK"):
        assert text in shown, text


def test_all_text_stands_on_the_grid_and_inside():
    for layout, width, height in ((ColourLayout, 240, 320), (MonoLayout, 128, 64)):
        rows = [row("word " * 9), row("9" * 30, "right", 2), row("元" * 20, "centre")]
        view = View("T" * 40, rows + list(SALE), "foot")
        for item in layout(FONT, width, height).scene(view, Status(), 0):
            if len(item) == 6:
                x, y, text, scale = item[:4]
                end = x + scale * sum(FONT.width(ord(c)) for c in text)
                assert x % 8 == y % 8 == 0 and x >= 0 and end <= width and y + 16 * scale <= height, item


def test_approved_is_a_green_block_under_a_green_title():
    scene = ColourLayout(FONT, 240, 320).scene(
        View("T", [row("OK", "centre", 2, "good")], tone="good"), Status(), 0
    )
    fills = [item for item in scene if len(item) == 5 and item[4] == theme.GOOD]
    assert len(fills) == 2


def test_only_bands_that_changed_are_drawn():
    display = FakeDisplay(240, 320, 16, 0)
    screen = Screen(display, FONT)
    screen.show(View("Sale", [row("1.00", "right", 2)]))
    screen.draw()
    assert len(display.blits) == 80
    display.blits = []
    screen.show(View("Sale", [row("1.23", "right", 2)]))
    screen.draw()
    assert len(display.blits) == 8
    display.blits = []
    screen.draw()
    assert display.blits == []


def inked_lines(text, scale):
    """Inked pixel lines of the first cell below the title."""
    display = FakeDisplay(240, 320, 16, 24)
    screen = Screen(display, FONT)
    screen.show(View("", [row(text, "left", scale)]))
    screen.draw()
    lines = [display.lines[y] for y in range(48, 272)]
    return [ink(line[16 : 16 + 16 * scale]) for line in lines if any(ink(line))]


def test_colour_pixels_of_a_glyph():
    assert inked_lines("U", 1) == [[bool(ord("U") >> 7 - i & 1) for i in range(8)]] * 14


def test_colour_pixels_of_a_glyph_at_twice_the_size():
    assert inked_lines("U", 2) == [[bool(ord("U") >> 7 - i // 2 & 1) for i in range(16)]] * 28


async def test_the_task_draws_what_is_shown_and_tells_when_it_is_done():
    display = FakeDisplay(128, 64, 1, 128)
    screen = Screen(display, FONT)
    assert not await screen.settled(1)
    task = asyncio.create_task(screen.run())
    screen.show(View("A"))
    screen.show(View("B"))
    assert await screen.settled(1000)
    task.cancel()
    assert cell(display, 0, 0) == bytes(b ^ 255 for b in bitmap("B"))


async def test_waiting_moves_without_touching_the_text():
    display = FakeDisplay(240, 320, 16, 0)
    screen = Screen(display, FONT)
    task = asyncio.create_task(screen.run())
    screen.show(View("A", [row("wait")], busy=True))
    assert await screen.settled(1000)
    display.blits = []
    while len(display.blits) < 2:
        await asyncio.sleep(0.01)
    task.cancel()
    assert set(display.blits) == {256, 260}


async def test_f7_no_memory_for_a_moment_is_no_end_of_the_screen():
    display = FakeDisplay(128, 64, 1, 128)
    screen = Screen(display, FONT)
    band, failures = screen._painter.band, [1, 2, 3]

    def scarce(items, y):
        if failures:
            failures.pop()
            raise MemoryError
        band(items, y)

    screen._painter.band = scarce
    task = asyncio.create_task(screen.run())
    screen.show(View("A", [row("B")]))
    assert await screen.settled(5000)
    task.cancel()
    assert not failures and cell(display, 0, 16) == bitmap("B")


async def test_f7_a_screen_that_never_gets_memory_ends_so_that_the_terminal_stops():
    screen = Screen(FakeDisplay(128, 64, 1, 128), FONT)

    def scarce(items, y):
        raise MemoryError

    screen._painter.band = scarce
    screen.show(View("A"))
    screen.pause_ms = 0
    try:
        await asyncio.wait_for(screen.run(), 5)
    except MemoryError:
        return
    raise AssertionError("it went on")


KEYS = b"3719502864"


def keys_of(scene):
    """(y, x, digit) of each key."""
    return [
        (item[1], item[0], item[2])
        for item in scene
        if len(item) == 6 and item[2] and item[2] in "1234567890"
    ]


PIN = (row("CNY 12.34", "centre", 2), row("Enter PIN", style="accent"), row("****"))


def test_a_scrambled_keypad_stands_below_its_rows_three_by_four():
    scene = ColourLayout(FONT, 240, 320).scene(View("PIN", PIN, keys=KEYS), Status(), 0)
    digits = keys_of(scene)
    assert "".join(text for _, _, text in sorted(digits)) == KEYS.decode()
    assert {x for _, x, _ in digits} == {40, 112, 184} and sorted(digits)[9][1] == 112
    above = [item for item in scene if len(item) == 6 and item[2] in ("CNY 12.34", "Enter PIN", "****")]
    assert len(above) == 3 and max(item[1] + 16 * item[3] for item in above) <= min(digits)[0]


def test_a_scrambled_keypad_takes_the_left_of_a_small_display():
    scene = MonoLayout(FONT, 128, 64).scene(View("PIN", PIN, keys=KEYS), Status(), 0)
    digits = keys_of(scene)
    assert "".join(text for _, _, text in sorted(digits)) == KEYS.decode()
    assert [text for text in texts(scene) if len(text) > 1] == ["CNY 12.34", "Enter PIN", "****"]
    assert all(item[0] >= 48 for item in scene if len(item) == 6 and len(item[2]) > 1)


def test_an_overwritten_order_shows_blank_keys():
    scene = ColourLayout(FONT, 240, 320).scene(View("PIN", PIN, keys=bytes(10)), Status(), 0)
    assert texts(scene).count(" ") == 10
