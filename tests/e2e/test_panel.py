# SPDX-License-Identifier: MIT
"""A person at the front panel in a real browser, in front of the real terminal (issue item 7).

The pictures that these tests take are kept in artefacts/panel/.
"""

import statistics

import pytest
from panel_page import DEADLINE_MS, Panel, chromium, serving
from playwright.sync_api import expect

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(180)]

READY, CARD, APPROVED, OFFLINE = "Enter amount", "Swipe card or scan code", "APPROVED", "APPROVED OFFLINE"


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """One terminal for all tests, as one counter has one terminal: each test leaves it idle, on line, English."""
    with serving(tmp_path_factory.mktemp("panel") / "terminal") as where:
        yield where


@pytest.fixture
def opened(browser, address):
    """Opens the panel as a person with a certain window and language does."""
    contexts = []

    def open_panel(lang="en", **window):
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **window})
        contexts.append((context, Panel(context.new_page(), address, lang)))
        return contexts[-1][1]

    yield open_panel
    for context, panel in contexts:
        panel.leave()
        context.close()
        assert panel.faults == []


@pytest.fixture
def panel(opened):
    person = opened()
    person.until_screen(READY)
    return person


def test_from_key_press_to_printed_slip_and_host_row(panel):
    panel.until_lit("ready")
    panel.picture("1-idle")
    panel.keys("1", "2", "3", "4", "ENTER")
    panel.until_screen(CARD)
    panel.until_lit("card")
    panel.picture("2-card-awaited")
    panel.page.click('[data-card="mag-credit"]')
    panel.until_screen(APPROVED)
    panel.page.wait_for_selector("#paper:not([hidden])")
    panel.until_row("¥12.34", "Approved", "625094******0014")
    panel.picture("3-printing")
    panel.until_slips(1)
    panel.until_synced()
    panel.picture("4-slip-in-tray")
    slip = panel.slip_text()
    assert "12.34" in slip and "625094******0014" in slip
    panel.page.locator(".lying").first.click()
    panel.page.wait_for_function("document.getElementById('slip-picture').naturalHeight > 0")
    panel.picture("5-slip")
    panel.page.click("#slip-close")
    assert panel.new_rows() == 1


def test_without_network_the_sale_waits_and_goes_to_the_host_later(panel):
    panel.turn("network", False)
    panel.keys("5", "6", "00", "ENTER")
    panel.until_screen(CARD)
    panel.page.click('[data-card="mag-debit"]')
    panel.until_screen(OFFLINE)
    panel.until_slips(1)
    assert "OFFLINE" in panel.slip_text()
    panel.page.wait_for_selector('#queue:not([data-pending="0"])')
    assert panel.new_rows() == 0
    panel.picture("6-offline")
    panel.turn("network", True)
    panel.until_row("¥56.00", "Approved", "Offline")
    panel.until_synced()
    panel.picture("7-synced")


def test_everything_by_the_keyboard_alone(panel):
    keyboard = panel.page.keyboard
    keyboard.type("1357")
    keyboard.press("Enter")
    panel.until_screen(CARD)
    keyboard.press("c")
    keyboard.press("Tab")
    expect(panel.page.locator('[data-card="mag-debit"]')).to_be_focused()
    keyboard.press("Enter")
    panel.until_row("¥13.57", "Approved")
    panel.until_screen(READY)
    keyboard.type("88.")  # the point is the key 00
    keyboard.press("Enter")
    panel.until_screen(CARD)
    panel.until_lit("scan")
    keyboard.press("s")
    keyboard.type("134567890123456789")
    keyboard.press("Enter")
    panel.until_row("¥88.00", "Approved", "code")
    panel.until_screen(READY)
    keyboard.type("9")
    panel.until_screen(r"0\.09")
    keyboard.press("Backspace")
    panel.until_screen(r"0\.00")
    keyboard.press("Escape")
    panel.until_screen(READY)
    keyboard.press("m")
    panel.until_screen("Void last sale")
    keyboard.press("Escape")
    panel.until_screen(READY)


def test_a_card_is_dragged_to_the_slot(panel):
    panel.keys("7", "00", "ENTER")
    panel.until_screen(CARD)
    panel.drag_to_rail("mag-declined", picture="8-drag")
    panel.until_screen("DECLINED")
    panel.until_row("¥7.00", "Declined")


def test_chip_and_contactless_cards_come_out_of_the_drawer_and_go_back(panel):
    page, slot, field = panel.page, panel.page.locator("#in-slot"), panel.page.locator("#in-field")
    panel.open_cards("chip")
    panel.picture("11-chip-cards")
    page.click('[data-card="chip-pin"]')
    expect(slot).to_contain_text("PIN card", timeout=DEADLINE_MS)
    panel.open_cards("contactless")
    page.click('[data-card="tap-phone"]')
    expect(field).to_contain_text("Phone", timeout=DEADLINE_MS)
    panel.picture("12-cards-in-both-readers")
    page.reload()
    expect(slot).to_be_visible(timeout=DEADLINE_MS)
    panel.open_cards("chip")
    page.click('[data-card="chip-credit"]')
    expect(page.locator("#toasts")).to_contain_text("remove it first", timeout=DEADLINE_MS)
    panel.faults.clear()  # the browser notes the refusal on its console
    slot.click()
    expect(slot).not_to_be_visible()
    expect(field).not_to_be_visible()


def test_a_sale_with_a_chip_card_and_the_card_taken_back(panel):
    panel.open_cards("chip")
    panel.keys("2", "1", "00", "ENTER")
    panel.until_lit("chip")
    panel.page.click('[data-card="chip-credit"]')
    panel.until_row("¥21.00", "Approved", "476173******0119", "chip")
    panel.until_slips(1)
    slip = panel.slip_text()
    assert "VISA CREDIT" in slip and "A0000000031010" in slip
    panel.picture("13-chip-sale")
    panel.page.click("#in-slot")
    panel.until_screen(READY)


def test_a_sale_with_a_phone_that_wants_to_be_looked_at(panel):
    panel.open_cards("contactless")
    panel.keys("1", "2", "00", "00", "ENTER")
    panel.until_lit("contactless")
    panel.page.click('[data-card="tap-phone"]')
    panel.until_screen("[Pp]hone")
    panel.page.click('[data-card="tap-phone"]')
    panel.until_row("¥1,200.00", "Approved", "contactless")
    expect(panel.page.locator("#in-field")).not_to_be_visible(timeout=DEADLINE_MS)


def test_cards_are_inserted_and_tapped_by_the_keyboard_alone(panel):
    keyboard, page = panel.page.keyboard, panel.page
    for key in "ccc":
        keyboard.press(key)
    expect(page.locator('[data-card="tap-credit"]')).to_be_focused()
    keyboard.press("Enter")
    expect(page.locator("#in-field")).to_be_visible(timeout=DEADLINE_MS)
    keyboard.press("r")
    expect(page.locator("#in-field")).not_to_be_visible(timeout=DEADLINE_MS)
    page.focus("#kind-contactless")
    keyboard.press("ArrowLeft")
    expect(page.locator("#kind-chip")).to_be_focused()
    keyboard.press("Tab")
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(page.locator("#in-slot")).to_contain_text("Debit card", timeout=DEADLINE_MS)
    keyboard.press("r")
    expect(page.locator("#in-slot")).not_to_be_visible(timeout=DEADLINE_MS)


def test_the_stripe_of_a_chip_card_is_swiped_with_shift_or_at_the_rail(panel):
    panel.open_cards("chip")
    for swipe in (panel.shift_click, panel.drag_to_rail):
        panel.keys("2", "00", "ENTER")
        panel.until_screen(CARD)
        swipe("chip-credit")
        panel.until_screen("chip")
        panel.keys("CANCEL")
        panel.until_screen(READY)


def test_a_chip_card_is_dragged_to_the_terminal(panel):
    panel.open_cards("chip")
    panel.drag("chip-slow", "#slot")
    expect(panel.page.locator("#in-slot")).to_contain_text("Slow card", timeout=DEADLINE_MS)


def test_a_damaged_stripe_and_a_dark_scanner_are_told(panel):
    panel.page.fill("#code", "134567890123456789")
    panel.page.click("#scan button")
    expect(panel.page.locator("#toasts")).to_contain_text("scanner is dark", timeout=DEADLINE_MS)
    panel.faults.clear()  # the browser notes the refusal on its console
    panel.keys("1", "00", "ENTER")
    panel.until_screen(CARD)
    panel.page.select_option("#damage", "lrc")
    panel.page.click('[data-card="mag-credit"]')
    panel.until_screen("again")
    panel.page.select_option("#damage", "")
    panel.page.click('[data-card="mag-credit"]')
    panel.until_row("¥1.00", "Approved")


def test_paper_out_and_power_cut_are_shown_and_left_behind(panel):
    panel.turn("paper-in", False)
    panel.keys("3", "00", "ENTER")
    panel.until_screen(CARD)
    panel.page.click('[data-card="mag-credit"]')
    panel.until_row("¥3.00", "Approved")
    expect(panel.page.locator("#alarms")).to_contain_text("Printer not ready", timeout=DEADLINE_MS)
    panel.picture("9-paper-out")
    panel.turn("paper-in", True)
    panel.turn("power", False)
    expect(panel.page.locator("#terminal")).to_have_attribute("data-power", "off")
    panel.picture("10-power-cut")
    panel.turn("power", True)
    panel.until_screen(READY)
    assert panel.new_rows() == 1


def test_the_issuers_next_answer_is_chosen(panel):
    panel.page.click('[data-next="decline"]')
    expect(panel.page.locator('[data-next="decline"]')).to_have_attribute("aria-pressed", "true")
    panel.keys("4", "00", "ENTER")
    panel.until_screen(CARD)
    panel.page.click('[data-card="mag-credit"]')
    panel.until_row("¥4.00", "Declined")
    expect(panel.page.locator('[data-next="decline"]')).to_have_attribute("aria-pressed", "false")


def test_a_phone_shows_the_terminal_first_and_never_scrolls_sideways(browser, address):
    context = browser.new_context(
        viewport={"width": 360, "height": 780}, has_touch=True, device_scale_factor=2
    )
    panel = Panel(context.new_page(), address)
    panel.until_screen(READY)
    panel.picture("phone-1-terminal")
    assert panel.sideways() == 0
    for key in ("1", "2", "00", "ENTER"):
        panel.page.tap(f'.key[data-key="{key}"]')
    panel.until_screen(CARD)
    panel.page.tap('[data-tab="pay"]')
    panel.picture("phone-2-pay")
    panel.page.tap('[data-card="mag-credit"]')
    expect(panel.page.locator("#terminal")).to_be_visible()
    panel.until_screen(APPROVED)
    panel.until_slips(1)
    for tab in ("pay", "world", "host", "tray"):
        panel.page.tap(f'[data-tab="{tab}"]')
        panel.picture(f"phone-{tab}")
        assert panel.sideways() == 0, tab
    panel.page.tap('[data-tab="host"]')
    panel.until_row("¥12.00", "Approved")
    for kind, card, place in (("chip", "chip-pin", "#in-slot"), ("contactless", "tap-phone", "#in-field")):
        panel.page.tap('[data-tab="pay"]')
        panel.open_cards(kind)
        panel.page.tap(f'[data-card="{card}"]')
        expect(panel.page.locator(place)).to_be_visible(timeout=DEADLINE_MS)
    panel.picture("phone-3-cards")
    assert panel.sideways() == 0 and panel.cut_off() == []
    panel.page.tap("#in-field")
    expect(panel.page.locator("#in-slot")).not_to_be_visible(timeout=DEADLINE_MS)
    panel.page.goto(f"{panel.address}?lang=zh")
    panel.page.wait_for_selector("body[data-ready]")
    assert panel.sideways() == 0, "in Chinese"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [320, 375, 414])
def test_no_phone_is_too_narrow(opened, width, lang):
    panel = opened(lang, viewport={"width": width, "height": 700}, has_touch=True)
    panel.page.wait_for_selector('[data-lamp="ready"].lit', state="attached")
    for tab in ("pay", "world", "host", "tray", "terminal"):
        panel.page.tap(f'[data-tab="{tab}"]')
        panel.picture(f"phone-{width}-{lang}-{tab}")
        assert panel.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), tab
        assert panel.cut_off() == [], tab


def test_the_panel_in_chinese_with_the_terminal_in_chinese(opened):
    panel = opened(lang="", locale="zh-CN", color_scheme="dark")
    expect(panel.page.locator("html")).to_have_attribute("lang", "zh-CN")
    panel.until_screen(READY)
    panel.keys("FUNC")
    panel.until_screen("请输入金额")
    panel.keys("1", "2", "6", "6", "ENTER")
    panel.until_screen("请刷卡或扫码")
    panel.page.click('[data-card="mag-credit"]')
    panel.until_screen("交易成功")
    expect(panel.page.locator("#bubble")).to_contain_text("12.66元", timeout=DEADLINE_MS)
    panel.until_row("¥12.66", "已批准")
    panel.picture("zh-dark")
    panel.until_screen("请输入金额")
    panel.keys("FUNC")
    panel.until_screen(READY)
    panel.page.click("#language")
    expect(panel.page.locator("html")).to_have_attribute("lang", "en")


def test_who_wants_no_motion_gets_the_slip_at_once(opened):
    panel = opened(viewport={"width": 1024, "height": 768}, reduced_motion="reduce")
    panel.until_screen(READY)
    panel.keys("6", "00", "ENTER")
    panel.until_screen(CARD)
    panel.page.click('[data-card="mag-credit"]')
    panel.until_slips(1)
    panel.picture("tablet")
    assert panel.sideways() == 0


def test_from_key_press_to_changed_screen(panel):
    """Printed, not judged: the limit of 100 ms is judged on the wire, where no browser adds its own."""
    times = []
    for key in "123456781234":
        times.append(
            panel.page.evaluate(
                """(key) => new Promise((done) => {
                  const screen = document.getElementById("screen");
                  const before = performance.now();
                  screen.addEventListener("drawn", () => done(performance.now() - before), { once: true });
                  document.querySelector(`.key[data-key="${key}"]`).click();
                })""",
                key,
            )
        )
        if len(times) % 6 == 0:
            panel.keys("CANCEL")
            panel.until_screen(READY)
    print(
        f"key to screen in the browser: median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms"
    )
