# SPDX-License-Identifier: MIT
"""What a person sees and does on the panel's page, over Playwright; and the command that serves it."""

import contextlib
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

import system_packages
from suanpan.places import ROOT

PICTURES = ROOT / "artefacts" / "panel"
DEADLINE_MS = 30_000
SUANPAN = Path(sys.executable).with_name("suanpan")
CONFIG = {"receipt_copies": 1, "result_s": 1, "answer_timeout_s": 3}
ARGUMENTS = (  # a browser that runs as any user, without a GPU, and calls nobody
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """The system's own Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=system_packages.find("chromium"), args=list(ARGUMENTS)
        )
        yield browser
        browser.close()


@contextlib.contextmanager
def serving(directory: Path, **config: Any) -> Iterator[str]:
    """Address of the panel of a new terminal, started with the command that `make run` calls."""
    from suanpan.simulator.profile import Profile

    Profile.open(directory).configure({**CONFIG, **config})
    command = [str(SUANPAN), "sim", "serve", "--port", "0", "--profile", str(directory)]
    with open(directory / "serve.log", "wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT)
    assert process.stdout
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http"), (directory / "serve.log").read_text()
        yield address
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0, (directory / "serve.log").read_text()
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(20)


class Panel:
    """The page, in the words of the person who uses it."""

    def __init__(self, page: Page, address: str, lang: str = "en") -> None:
        self.page, self.address = page, address
        self.faults: list[str] = []
        page.set_default_timeout(DEADLINE_MS)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda line: line.type == "error" and self.faults.append(line.text))
        page.goto(f"{address}?lang={lang}")
        page.wait_for_selector("body[data-ready]")
        self.rows_before = self.rows().count()
        self.slips_before = page.locator(".lying").count()

    def keys(self, *names: str) -> None:
        for name in names:
            self.page.click(f'.key[data-key="{name}"]')

    def until_screen(self, pattern: str) -> None:
        expect(self.page.locator("#mirror")).to_have_text(re.compile(pattern), timeout=DEADLINE_MS)

    def until_lit(self, lamp: str, lit: bool = True) -> None:
        state = ".lit" if lit else ":not(.lit)"
        self.page.wait_for_selector(f'[data-lamp="{lamp}"]{state}', state="attached")

    def until_switch(self, name: str, on: bool) -> None:
        expect(self.page.locator(f"#{name}")).to_have_attribute("aria-checked", str(on).lower())

    def turn(self, name: str, on: bool) -> None:
        """Click a switch, and wait until the simulator says that it was turned."""
        self.page.click(f"#{name}")
        self.until_switch(name, on)

    def open_cards(self, kind: str) -> None:
        """Open the drawer with stripe, chip or contactless cards."""
        self.page.click(f'[data-kind="{kind}"]')

    def shift_click(self, card: str) -> None:
        self.page.click(f'[data-card="{card}"]', modifiers=["Shift"])

    def drag_to_rail(self, card: str, picture: str = "") -> None:
        self.drag(card, "#rail", picture)

    def drag(self, card: str, place: str, picture: str = "") -> None:
        """With a picture of it on its way, if that has a name."""
        start, end = (self.page.locator(name).bounding_box() for name in (f'[data-card="{card}"]', place))
        assert start and end
        mouse = self.page.mouse
        mouse.move(start["x"] + 20, start["y"] + 10)
        mouse.down()
        mouse.move(end["x"] + 8, end["y"] + min(80, end["height"] / 2), steps=8)
        if picture:
            self.picture(picture)
        mouse.up()

    def until_synced(self) -> None:
        self.page.wait_for_selector('#queue[data-pending="0"]', state="attached")

    def rows(self) -> Locator:
        return self.page.locator("#rows tr")

    def until_row(self, *texts: str) -> None:
        """The newest row shows all of these texts."""
        row = self.rows().first
        for text in texts:
            expect(row).to_contain_text(text, timeout=DEADLINE_MS)

    def until_slips(self, count: int) -> None:
        """So many more than when the page was opened lie in the tray."""
        expect(self.page.locator(".lying")).to_have_count(self.slips_before + count, timeout=DEADLINE_MS)

    def new_rows(self) -> int:
        return self.rows().count() - self.rows_before

    def slip_text(self) -> str:
        """Open the newest slip, read it as text, close it."""
        self.page.locator(".lying").first.click()
        self.page.click("#slip-form")
        text = self.page.locator("#slip-text")
        expect(text).not_to_be_empty()
        told = text.inner_text()
        self.page.keyboard.press("Escape")
        expect(self.page.locator("#slip")).not_to_be_visible()
        return told

    def sideways(self) -> int:
        """Pixels that the page is wider than the window."""
        return int(
            self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        )

    def cut_off(self) -> list[str]:
        """What a person could tap, read or swipe at, but lies beyond the edges of its frame or the window."""
        return list(
            self.page.evaluate(
                """[...document.querySelectorAll(".bar > *, .device, .rail, canvas, .panel, button, select, input")]
                  .filter((part) => part.checkVisibility() && !part.closest(".slips"))
                  .filter((part) => {
                    const box = part.getBoundingClientRect();
                    const frame = part.parentElement.closest(".control, .panel, body").getBoundingClientRect();
                    return box.left < frame.left || box.right > Math.min(frame.right, innerWidth);
                  })
                  .map((part) => part.id || part.dataset.key || part.className)"""
            )
        )

    def picture(self, name: str, full: bool = False) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=full)

    def leave(self) -> None:
        """Go as a tidy person does: on line, paper in, power on, nothing half done."""
        for name in ("network", "paper-in", "power"):
            if self.page.locator(f"#{name}").get_attribute("aria-checked") == "false":
                self.page.evaluate(f"document.getElementById('{name}').click()")
        for key in ("Escape", "Escape", "r"):
            self.page.keyboard.press(key)

    def state(self) -> dict[str, Any]:
        return dict(json.loads(self.page.request.get(f"{self.address}state.json").text()))
