# SPDX-License-Identifier: MIT
"""A device process on each runtime drives every virtual chip through the workbench's socket."""

import asyncio
import contextlib
import subprocess
from pathlib import Path

import pytest

from boards.sim.chips.ccid import INACTIVE
from boards.sim.workbench import Workbench
from suanpan.runtime.launch import NAMES, launch
from suanpan.simulator.events import EventLog
from suanpan.simulator.hand import Hand

DEMO = Path(__file__).with_name("device_demo.py")
T1, T2 = "B4111111111111111^TEST/CARD^29121010000", "4111111111111111=29121010000"


class Desk:
    """A workbench with the demo device plugged in."""

    def __init__(self, runtime, profile):
        self.bench, self._runtime, self._profile = Workbench(seed=7), runtime, profile
        self.events = []
        self.bench.subscribe(lambda kind, data: self.events.append((kind, data)))

    async def __aenter__(self):
        port = await self.bench.start()
        argv, env = launch(self._runtime, DEMO, (str(self._profile), f"127.0.0.1:{port}"))
        self.device = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL)
        await self.shows("演示 Demo")
        return self

    async def __aexit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            self.device.kill()
        await asyncio.to_thread(self.device.wait)
        await self.bench.stop()

    async def shows(self, text, within_s=20):
        deadline = asyncio.get_running_loop().time() + within_s
        while text not in self.bench.display.text():
            assert asyncio.get_running_loop().time() < deadline, self.bench.display.text()
            assert self.device.poll() is None, "the device ended"
            await asyncio.sleep(0.02)

    def told(self, kind):
        return [data for k, data in self.events if k == kind]

    async def card(self, damage=None):
        await self.bench.press("UP")
        await self.shows("busy")
        await self.bench.swipe(T1, T2, damage)

    async def code(self, damage=None):
        await self.bench.press("DOWN")
        assert await self.bench.scan("134567890123456789", damage)

    def assert_clean(self):
        chips = (self.bench.display, self.bench.printer, self.bench.scanner)
        assert [chip.errors for chip in chips] == [[], [], []]


@pytest.mark.parametrize("runtime", NAMES)
async def test_keys_light_the_screen_and_the_device_ends_itself(runtime, tmp_path):
    async with Desk(runtime, tmp_path) as desk:
        for key in ("1", "0", "7"):
            await desk.bench.press(key)
        await desk.shows("-107")
        assert desk.bench.lamps["ready"] and {"hz": 2700} in desk.told("beep")
        assert desk.told("device")[0]["event"] == "hello"
        desk.assert_clean()
        await desk.bench.press("CANCEL")
        assert await asyncio.to_thread(desk.device.wait, 10) == 0


@pytest.mark.parametrize("runtime", NAMES)
async def test_card_code_voice_and_slip(runtime, tmp_path):
    async with Desk(runtime, tmp_path) as desk:
        await desk.card()
        await desk.shows(T2)
        await desk.card("lrc")
        await desk.shows("StripeError: stripe: lrc")
        await desk.code()
        await desk.shows("134567890123456789")
        await desk.code("unreadable")
        await desk.shows("unreadable")
        await desk.bench.press("MENU")
        await desk.shows("spoken")
        assert desk.told("voice") == ["收款 12.34 元"]
        await desk.bench.press("FUNC")
        await desk.shows("printed")
        (slip,) = desk.bench.printer.slips
        assert slip.complete and "行 line 11" in slip.text and slip in desk.told("slip")
        assert slip.rows == desk.told("print")[-1]["total"]
        desk.assert_clean()


class Directory:
    """A card that answers with 300 bytes, more than one reply of the reader holds."""

    answer_ms = 0
    atr = bytes.fromhex("3B6000") + b"\0"

    def __init__(self):
        self.selected = []

    def reset(self):
        self.selected = []

    def respond(self, command):
        self.selected.append(command)
        return bytes(300) + b"\x90\x00"


@pytest.mark.parametrize("runtime", NAMES)
async def test_a_card_held_to_the_reader_and_two_of_them(runtime, tmp_path):
    async with Desk(runtime, tmp_path) as desk:
        await desk.bench.press("CLEAR")
        await desk.shows("busy")
        desk.bench.tap(card := Directory())
        await desk.shows("302 bytes 9000")
        assert card.selected == [b"\x00\xa4\x04\x00\x0e2PAY.SYS.DDF01\x00"]
        desk.bench.tap(Directory(), uid=bytes(4))
        await desk.bench.press("CLEAR")
        await desk.shows("TwoCards: two cards")
        assert desk.bench.contactless.errors == []


@pytest.mark.parametrize("runtime", NAMES)
async def test_a_card_put_into_the_reader_and_pulled(runtime, tmp_path):
    async with Desk(runtime, tmp_path) as desk:
        for _ in range(2):
            await desk.bench.press("00")
            await desk.shows("busy")
            desk.bench.insert(card := Directory())
            while not (desk.bench.chip.state == INACTIVE and card.selected):
                await asyncio.sleep(0.01)
            assert card.selected == [b"\x00\xa4\x04\x00\x0e1PAY.SYS.DDF01\x00"]
            desk.bench.remove()
            await desk.shows("302 bytes, T=0, out")
            await desk.bench.press("1")  # another screen
            await desk.shows("out1")
        assert desk.bench.chip.errors == []


@pytest.mark.parametrize("runtime", NAMES)
async def test_the_cards_of_a_scenario_are_found_by_both_readers(runtime, tmp_path):
    async with Desk(runtime, tmp_path) as desk:
        hand = Hand(desk.bench, EventLog())
        await desk.bench.press("CLEAR")
        await desk.shows("busy")
        hand.tap("tap-debit")
        await desk.shows("bytes 9000")
        assert hand.presented()["contactless"] == []
        await desk.bench.press("00")
        await desk.shows("busy")
        hand.insert("chip-credit")
        while not (desk.bench.chip.used and desk.bench.chip.state == INACTIVE):
            await asyncio.sleep(0.01)
        hand.remove()
        await desk.shows("bytes, T=0, out")
        assert desk.bench.chip.errors == desk.bench.contactless.errors == []


@pytest.mark.parametrize("runtime", NAMES)
async def test_paper_that_runs_out_in_the_middle_leaves_half_a_slip(runtime, tmp_path):
    async with Desk(runtime, tmp_path) as desk:
        desk.bench.printer.paper_for(200)
        await desk.bench.press("FUNC")
        await desk.shows("PrinterError: printer: paper")
        (slip,) = desk.bench.printer.slips
        assert not slip.complete and "行 line 3" in slip.text and "line 6" not in slip.text
        desk.bench.printer.paper = "in"
        await desk.bench.press("FUNC")
        await desk.shows("printed")
        assert [s.complete for s in desk.bench.printer.slips] == [False, True]


async def test_without_power_everything_is_dark(tmp_path):
    async with Desk("cpython", tmp_path) as desk:
        desk.device.kill()
        await asyncio.to_thread(desk.device.wait)
        while ("gone", None) not in desk.events:
            await asyncio.sleep(0.01)
        assert desk.bench.display.text() == "" and desk.bench.display.image().getbbox() is None
        assert not desk.bench.connected and not await desk.bench.scan("1", timeout_s=0)


async def test_a_device_ends_with_its_workbench(tmp_path):
    async with Desk("micropython", tmp_path) as desk:
        await desk.bench.stop()
        assert await asyncio.to_thread(desk.device.wait, 10) != 0
