# SPDX-License-Identifier: MIT
"""A small stand-in for simulator.session.Session, with the members that the panel uses and no terminal behind.

It draws its own screens and slips, so that the panel's routes are tested without a device process.
"""

import asyncio
import io
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from PIL import Image, ImageDraw, ImageFont

SIZE = (240, 320)
INK, PAPER, BLUE, GREEN = (28, 32, 36), (250, 249, 246), (20, 62, 110), (22, 110, 66)


class Display:
    """Keeps one picture of a few lines."""

    def __init__(self) -> None:
        self.lines = ["SUANPAN", "READY"]
        self.band = BLUE

    def text(self) -> str:
        return "\n".join(self.lines)

    def image(self) -> Image.Image:
        picture = Image.new("RGB", SIZE, PAPER)
        pen = ImageDraw.Draw(picture)
        pen.rectangle((0, 0, SIZE[0], 36), fill=self.band)
        pen.text((12, 9), self.lines[0], fill=PAPER, font=ImageFont.load_default(17))
        for row, line in enumerate(self.lines[1:]):
            pen.text((16, 70 + 44 * row), line, fill=INK, font=ImageFont.load_default(30 if row == 0 else 18))
        return picture


class Slip(SimpleNamespace):
    """What the printer has fed of one slip; grows line by line."""

    lines: list[str]
    complete: bool

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def rows(self) -> int:
        return 24 + 30 * len(self.lines)

    @property
    def png_bytes(self) -> bytes:
        picture = Image.new("L", (384, self.rows), 255)
        pen = ImageDraw.Draw(picture)
        for row, line in enumerate(self.lines):
            pen.text((16, 14 + 30 * row), line, fill=0, font=ImageFont.load_default(21))
        buffer = io.BytesIO()
        picture.save(buffer, "PNG")
        return buffer.getvalue()


class Hand:
    """Presents cards to nobody."""

    def __init__(self, session: "StandIn") -> None:
        self._session = session

    def insert(self, card: str, torn_at: int | None = None) -> None:
        self._move("insert", card, torn_at, chip=card)

    def tap(self, card: str, torn_at: int | None = None) -> None:
        self._move("tap", card, torn_at, contactless=[card])

    def remove(self) -> None:
        self._move("remove")

    def _move(self, *action: Any, **presented: Any) -> None:
        self._session.note(*action)
        self._session.emit("cards", {"chip": None, "contactless": [], **presented})


class StandIn:
    """Takes every action, remembers it in `did`, and lets a test emit any event."""

    def __init__(self) -> None:
        self.profile = SimpleNamespace(terminal="SIM00001", config={"utc_offset_min": 480})
        self.runtime, self.heap = "micropython", "128k"
        self.bench = SimpleNamespace(display=Display(), printer=SimpleNamespace(slips=[]))
        self.did: list[tuple[Any, ...]] = []
        self.rows: list[dict[str, Any]] = []
        self.powered = True
        self.hand = Hand(self)
        self.refuse: Exception | None = None
        self._listeners: list[Callable[[dict[str, Any]], None]] = []
        self._amount = ""

    def subscribe(self, listener: Callable[[dict[str, Any]], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def emit(self, kind: str, data: Any) -> None:
        for listener in list(self._listeners):
            listener({"t_ms": 1, "kind": kind, "data": data})

    def show(self, *lines: str) -> None:
        self.bench.display.lines = list(lines)
        self.emit("screen", {"text": "\n".join(lines)})

    async def press(self, key: str) -> None:
        self.note("press", key)
        self._amount = self._amount + key if key.isdigit() else ""
        if key == "ENTER":
            self.emit(
                "lamps",
                {"ready": True, "link": True, "card": True, "chip": True, "contactless": True, "scan": True},
            )
        self.show(
            "SALE", f"{int(self._amount or 0) / 100:.2f}", "Swipe or scan" if key == "ENTER" else "ENTER = ok"
        )

    async def swipe(self, card: str | None = None, damage: str | None = None, **tracks: str) -> None:
        self.note("swipe", card, damage, tracks)

    async def scan(self, code: str, damage: str | None = None) -> None:
        self.note("scan", code, damage)

    def network(self, **state: Any) -> None:
        self.note("network", state)
        self.emit("network", state)

    async def power_off(self) -> None:
        self.note("power_off")
        self.emit("power", {"on": False, "cause": "now"})

    async def power_on(self) -> None:
        self.note("power_on")
        self.emit("power", {"on": True})

    async def cut_after_writes(self, count: int) -> None:
        self.note("cut_after_writes", count)

    def printer(
        self, paper: str | None = None, cover: str | None = None, overheat: bool | None = None
    ) -> None:
        self.note("printer", paper, cover, overheat)
        self.emit("printer", {"paper": paper, "cover": cover, "overheat": overheat})

    def host_next(self, decision: str, code: str | None = None) -> None:
        self.note("host_next", decision, code)

    def host_transactions(self) -> list[dict[str, Any]]:
        return self.rows

    async def print_slip(self, lines: list[str], pause_s: float = 0.0) -> None:
        """Feed a slip line by line."""
        slip = Slip(lines=[], complete=False)
        self.bench.printer.slips.append(slip)
        for line in lines:
            slip.lines.append(line)
            self.emit("print", {"rows": 30})
            await asyncio.sleep(pause_s)
        slip.complete = True
        self.emit("slip", {})

    def note(self, *action: Any) -> None:
        if self.refuse:
            raise self.refuse
        self.did.append(action)


def row(seq: int, **changes: Any) -> dict[str, Any]:
    """One host row as DESIGN section 5 lists it."""
    return {
        "terminal": "SIM00001", "epoch": 1, "seq": seq, "kind": "sale", "state": "approved", "amount": 1234,
        "currency": "CNY", "entry": "S", "issuer": "UNIONPAY", "pan_masked": "625094******0014", "trace": seq,
        "batch": 1, "voucher": seq, "auth_code": "A1B2C3", "reference": "000000000001", "occurred_at": int(time.time()),
        "received_at": int(time.time()), "offline": False, "reversed": False, "fee": 7, **changes,
    }  # fmt: skip
