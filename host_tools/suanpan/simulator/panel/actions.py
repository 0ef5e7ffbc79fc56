# SPDX-License-Identifier: MIT
"""What a person does to the terminal and the world around it, in the words of a scenario step (DESIGN 5).

Each action is one POST of a small JSON object to `/actions/NAME`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from suanpan.simulator.cards import CHIP, CONTACTLESS, called
from suanpan.simulator.panel.desk import Change, Desk
from suanpan.simulator.panel.fields import BadInput, Check, list_of, number, one_of, parse, text
from suanpan.simulator.panel.guard import MAX_BODY, refusal
from suanpan.simulator.vocabulary import DECISIONS, KEYS

Does = Callable[[dict[str, Any]], Awaitable[Change | None]]


class Actions:
    """The session's controls behind checked JSON."""

    def __init__(self, session: Any, desk: Desk, publish: Callable[[str, Any], None]) -> None:
        self._session, self._desk, self._publish = session, desk, publish
        self._keypad = asyncio.Lock()  # two fingers do not change the order of keys
        flag = one_of(True, False)
        self._all: dict[str, tuple[dict[str, Check], Does]] = {
            "keys": ({"keys": list_of(one_of(*KEYS), 32)}, self._keys),
            "swipe": (
                {
                    "card": text(40),
                    "track1": text(79),
                    "track2": text(40),
                    "damage": one_of("lrc", "parity", "short", None),
                },
                self._swipe,
            ),
            "insert": ({"card": one_of(*called(CHIP)), "torn_at": number(1, 100)}, self._insert),
            "tap": ({"card": one_of(*called(CONTACTLESS)), "torn_at": number(1, 100)}, self._tap),
            "remove": ({}, self._remove),
            "scan": ({"code": text(512), "damage": one_of("unreadable", None)}, self._scan),
            "network": (
                {
                    "state": one_of("up", "down"),
                    "delay_ms": number(0, 10_000),
                    "loss": number(0, 1, float),
                    "blackhole": flag,
                },
                self._network,
            ),
            "power": (
                {"cut": one_of("now"), "on": one_of(True), "cut_after_writes": number(1, 10_000)},
                self._power,
            ),
            "printer": (
                {"paper": one_of("in", "out"), "cover": one_of("open", "closed"), "overheat": flag},
                self._printer,
            ),
            "host": ({"next": one_of(*DECISIONS), "code": text(2, "0123456789")}, self._host),
        }

    async def serve(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self._all:
            return refusal(404, f"there is no action {name[:40]!r}", "actions: " + ", ".join(self._all))
        checks, does = self._all[name]
        body = await request.body()
        if len(body) > MAX_BODY:
            return refusal(413, f"the body has more than {MAX_BODY} bytes", "send less")
        try:
            change = await does(parse(body, checks))
        except BadInput as error:
            return refusal(400, error.error, error.remedy)
        except Exception as error:  # noqa: BLE001 - the session's own refusals; the page shows the message
            return refusal(409, str(error)[:200] or type(error).__name__, "put it right and try again")
        if change:
            self._publish(*change)
        return JSONResponse({"ok": True})

    async def _keys(self, fields: dict[str, Any]) -> None:
        self._power_needed()
        async with self._keypad:
            for key in _needed(fields, "keys"):
                await self._session.press(key)

    async def _swipe(self, fields: dict[str, Any]) -> None:
        self._power_needed()
        if "card" in fields and ("track1" in fields or "track2" in fields):
            raise BadInput("both a card and tracks are given", "send card, or track1 and track2")
        if not fields.keys() & {"card", "track1", "track2"}:
            raise BadInput("no card is given", "send card, or track1 and track2")
        await self._session.swipe(**fields)

    async def _insert(self, fields: dict[str, Any]) -> None:
        self._session.hand.insert(_needed(fields, "card"), fields.get("torn_at"))

    async def _tap(self, fields: dict[str, Any]) -> None:
        self._session.hand.tap(_needed(fields, "card"), torn_at=fields.get("torn_at"))

    async def _remove(self, fields: dict[str, Any]) -> None:
        self._session.hand.remove()

    async def _scan(self, fields: dict[str, Any]) -> None:
        self._power_needed()
        if await self._session.scan(_needed(fields, "code"), damage=fields.get("damage")) is False:
            raise BadInput(
                "the scanner is dark, the code was not read", "start a sale, scan when the window is lit"
            )

    async def _network(self, fields: dict[str, Any]) -> None:
        _one_at_least(fields, "state, delay_ms, loss or blackhole")
        self._session.network(**{**self._desk.network, **fields})

    async def _power(self, fields: dict[str, Any]) -> Change | None:
        if len(fields) != 1:
            raise BadInput("exactly one of cut, on and cut_after_writes is needed", "send one of them")
        if "cut" in fields:
            await self._session.power_off()
        elif "on" in fields:
            await self._session.power_on()
        else:
            self._power_needed()
            await self._session.cut_after_writes(fields["cut_after_writes"])
            return self._desk.arm_cut(fields["cut_after_writes"])
        return None

    async def _printer(self, fields: dict[str, Any]) -> None:
        _one_at_least(fields, "paper, cover or overheat")
        self._session.printer(**fields)

    async def _host(self, fields: dict[str, Any]) -> Change:
        decision = _needed(fields, "next")
        self._session.host_next(decision, fields.get("code"))
        return self._desk.arm_issuer(decision, fields.get("code"))

    def _power_needed(self) -> None:
        if not self._desk.power["on"]:
            raise BadInput("the terminal has no power", "switch the power on first")


def _needed(fields: dict[str, Any], name: str) -> Any:
    if name not in fields:
        raise BadInput(f"{name} is missing", f"send {name}")
    return fields[name]


def _one_at_least(fields: dict[str, Any], names: str) -> None:
    if not fields:
        raise BadInput("nothing to change", f"send {names}")
