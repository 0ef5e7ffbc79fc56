# SPDX-License-Identifier: MIT
"""The workbench: every virtual chip of one terminal, behind one loopback socket (docs/hardware-wire.md).

Tests, the scenario runner and the front panel use the hardware through this object, as a person would.
"""

import asyncio
import contextlib
import json
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from boards.sim.chips.ccid import VirtualCCID
from boards.sim.chips.emv.presented import Card
from boards.sim.chips.glyphs import Glyphs, font_path
from boards.sim.chips.keypad import VirtualKeypad
from boards.sim.chips.pn532 import InField, VirtualPN532
from boards.sim.chips.printer import VirtualPrinter
from boards.sim.chips.scanner import VirtualGM65
from boards.sim.chips.st7789 import VirtualST7789
from boards.sim.chips.stripe import swipe as swipe_bytes
from boards.sim.chips.voice import VirtualSYN6288

CONTROL, DISPLAY, KEYPAD, PRINTER, STRIPE, SCANNER, VOICE, BUZZER, LAMPS = 0, 1, 3, 4, 5, 6, 7, 8, 9
CONTACTLESS, CHIP, TAMPER = 10, 11, 12
SCAN_PERIOD_S = 0.01
SETTLE_S = 0.02  # a picture that does not change for so long is told to subscribers
LAMP_NAMES = ("ready", "card", "chip", "contactless", "scan", "paper", "link")

Callback = Callable[[str, Any], None]


@cache
def _glyphs_of(path: Path) -> Glyphs:
    """Read once for all workbenches of a process: it takes 0.3 s."""
    return Glyphs(path)


class Workbench:
    """Virtual hardware for one device at a time; a device that connects again has been switched on again."""

    def __init__(
        self, seed: int = 1, geometry: tuple[int, int] = (240, 320), font: Path | None = None
    ) -> None:
        self._glyphs = lambda: _glyphs_of(font or font_path())
        self.display = VirtualST7789(*geometry, self._glyphs)
        self.keypad = VirtualKeypad(seed)
        self.printer = VirtualPrinter(self._glyphs, lambda data: self._send(PRINTER, data), self._tell)
        self.scanner = VirtualGM65(lambda data: self._send(SCANNER, data))
        self.voice = VirtualSYN6288(
            lambda data: self._send(VOICE, data), lambda text: self._tell("voice", text)
        )
        self.contactless = VirtualPN532(lambda data: self._send(CONTACTLESS, data), self._cards_moved)
        self.chip = VirtualCCID(lambda data: self._send(CHIP, data), self._cards_moved)
        self._case_open = False
        self._noise = random.Random(seed)
        self.lamps = dict.fromkeys(LAMP_NAMES, False)
        self.hz = 0
        self._subscribers: list[Callback] = []
        self._server: asyncio.Server | None = None
        self._device: asyncio.StreamWriter | None = None
        self._pressing = asyncio.Lock()
        self._repaint: asyncio.TimerHandle | None = None

    async def start(self) -> int:
        """Listen on a free loopback port and return it."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """End the connection, which ends a device that still runs, and the listening."""
        if self._device:
            self._device.close()
        if self._server:
            self._server.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._server.wait_closed(), 2)

    @property
    def connected(self) -> bool:
        return self._device is not None

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        """callback(kind, data); kinds: screen print slip voice beep lamps cards device gone. Returns the undo."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback) if callback in self._subscribers else None

    async def press(self, name: str) -> None:
        """Close and open the switch of a key, with bounce, at the pace of the device's scan."""
        async with self._pressing:
            await self._contacts(self.keypad.close(name) + self.keypad.open(name))

    async def hold(self, name: str) -> None:
        """Close the switch of a key and leave it closed."""
        async with self._pressing:
            await self._contacts(self.keypad.close(name))

    async def release(self, name: str) -> None:
        async with self._pressing:
            await self._contacts(self.keypad.open(name))

    async def swipe(self, track1: str | None, track2: str | None, damage: str | None = None) -> None:
        """Swipe a card. damage: lrc, parity, short, noise."""
        self._send(STRIPE, swipe_bytes(track1, track2, damage, self._noise))

    async def scan(self, code: str, damage: str | None = None, timeout_s: float = 5) -> bool:
        """Hold a code before the scanner until it is read; False when it stays dark. damage: unreadable."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        while not self.scanner.show(code, damage):
            if asyncio.get_running_loop().time() > deadline:
                return False
            await asyncio.sleep(SCAN_PERIOD_S)
        return True

    def tap(self, card: Card, **around: Any) -> None:
        """Hold a card to the contactless reader, beside those already there; `around` as InField."""
        self.contactless.field.append(InField(card, **around))
        self._cards_moved()

    def take_away(self) -> None:
        """Every card from the contactless reader."""
        if self.contactless.field:
            self.contactless.field.clear()
            self._cards_moved()

    def insert(self, card: Card) -> None:
        """Put a card into the contact reader."""
        self.chip.insert(card)

    def remove(self) -> None:
        """Pull the card out of the contact reader."""
        self.chip.remove()

    def _cards_moved(self) -> None:
        self._tell("cards", None)

    def open_case(self, is_open: bool = True) -> None:
        """Open the contact that guards the case, or close it again; it stays so over a loss of power."""
        self._case_open = is_open
        self._send(TAMPER, bytes((is_open,)))

    def control(self, message: dict[str, Any]) -> None:
        """A control message to the board: cut_after_writes, clock_offset_s, clock_set_s."""
        self._send(CONTROL, json.dumps(message).encode())

    async def _contacts(self, states: list[bytes]) -> None:
        # All at once: the device takes one per scan. A pause of this process between two of them would
        # turn a bounce into a second press.
        for state in states:
            self._send(KEYPAD, state)
        await asyncio.sleep(SCAN_PERIOD_S * len(states))

    def _send(self, channel: int, payload: bytes) -> None:
        if self._device and not self._device.is_closing():
            self._device.write(bytes((channel,)) + len(payload).to_bytes(2) + payload)

    def _tell(self, kind: str, data: Any) -> None:
        for callback in list(self._subscribers):
            callback(kind, data)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._device:
            writer.close()  # one device at a time
            return
        self._device = writer
        self.open_case(self._case_open)
        try:
            while True:
                head = await reader.readexactly(3)
                self._dispatch(head[0], await reader.readexactly(int.from_bytes(head[1:])))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._power_gone()
            writer.close()

    def _power_gone(self) -> None:
        self._device = None
        for chip in (self.display, self.printer, self.scanner, self.voice, self.contactless, self.chip):
            chip.power_off()
        self.lamps = dict.fromkeys(LAMP_NAMES, False)
        self.hz = 0
        self._tell("gone", None)

    def _dispatch(self, channel: int, payload: bytes) -> None:
        match channel:
            case 0:
                self._tell("device", json.loads(payload))
            case 1:
                self.display.feed(payload[0], payload[1:])
                self._repaint_soon()
            case 4:
                self.printer.feed(payload)
            case 6:
                self.scanner.feed(payload)
            case 7:
                self.voice.feed(payload)
            case 8:
                self.hz = int.from_bytes(payload)
                if self.hz:
                    self._tell("beep", {"hz": self.hz})
            case 9:
                self.lamps = {name: bool(payload[0] >> i & 1) for i, name in enumerate(LAMP_NAMES)}
                self._tell("lamps", dict(self.lamps))
            case 10:
                self.contactless.feed(payload)
            case 11:
                self.chip.feed(payload)

    def _repaint_soon(self) -> None:
        """Tell of a new picture when the drawing pauses."""
        if self._repaint:
            self._repaint.cancel()
        self._repaint = asyncio.get_running_loop().call_later(SETTLE_S, self._tell, "screen", None)
