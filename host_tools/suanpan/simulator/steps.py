# SPDX-License-Identifier: MIT
"""What each step of a scenario does to the session, and what it waits for (DESIGN section 5)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from boards.sim.chips.ccid import ACTIVE
from suanpan.errors import Failure
from suanpan.simulator import expect, pin_entry
from suanpan.simulator.cards import CardError
from suanpan.simulator.run import Run, StepFailed
from suanpan.simulator.session import Session

STOPPED = "TERMINAL STOPPED"
START_MS = 20_000  # from power on to the idle screen
READY_MS = 3_000  # from the last key to the lit reader, as a person looks where to swipe
SYNC_MS = 60_000
IDLE_MS = 70_000  # the longest an operation may leave the idle screen, DOMAIN section 2
CUT_MS = 30_000


async def keys(run: Run, names: list[str]) -> None:
    run.begin_input()
    for name in names:
        await run.session.press(name)


async def pin(run: Run, digits: str) -> None:
    """Each digit where the screen has it, as a customer reads it there, then ENTER."""
    places, session = pin_entry.PLACES, run.session
    if session.profile.config.get("pin_scrambled"):
        await run.must(lambda: _keypad(session) != "", READY_MS, "the screen shows no keypad")
        places = _keypad(session)
    await keys(run, [pin_entry.PLACES[places.index(digit)] for digit in digits] + ["ENTER"])


def _keypad(session: Session) -> str:
    """As pin_entry.scrambled, once the picture stands still: the keypad of an earlier entry may be half drawn over."""
    shown = session.screen()
    steady = next((event for event in reversed(session.log.all) if event["kind"] == "screen"), None)
    return pin_entry.scrambled(shown) if steady and steady["data"]["text"] == shown else ""


async def swipe(run: Run, values: dict[str, Any]) -> None:
    await _reader_ready(run, "card")
    run.begin_input()
    await run.session.swipe(**values)


async def insert(run: Run, values: dict[str, Any]) -> None:
    await _present(run, "chip", run.session.hand.insert, values)


async def tap(run: Run, values: dict[str, Any]) -> None:
    await _present(run, "contactless", run.session.hand.tap, values)


async def _present(run: Run, lamp: str, present: Callable[..., None], values: dict[str, Any]) -> None:
    await _reader_ready(run, lamp)
    run.begin_input()
    try:
        present(**values)
    except CardError as error:
        raise StepFailed(str(error)) from None


async def remove(run: Run, values: dict[str, Any]) -> None:
    """At once, or when the terminal is done with a chip card, as a person waits to be asked for that."""
    chip = run.session.bench.chip
    if chip.card and not values.get("now") and await run.until(lambda: chip.used, READY_MS):
        await run.until(lambda: chip.state != ACTIVE, IDLE_MS)
    run.session.hand.remove()


async def scan(run: Run, values: dict[str, Any]) -> None:
    await _reader_ready(run, "scan")
    run.begin_input()
    await run.session.scan(values["code"], values.get("damage"))


async def network(run: Run, values: dict[str, Any]) -> None:
    run.session.network(**values)


async def host(run: Run, values: dict[str, Any]) -> None:
    try:
        run.session.host_next(values["next"], values.get("code"))
    except Failure as failure:
        raise StepFailed(str(failure)) from None


async def power(run: Run, values: dict[str, Any]) -> None:
    run.begin_input()
    if "cut" in values:
        await run.session.power_off()
    elif "cut_after_writes" in values:
        await run.session.cut_after_writes(values["cut_after_writes"], values.get("tear", "whole"))
    else:
        await _power_on(run)


async def _power_on(run: Run) -> None:
    session = run.session
    if session.cut_armed and not await run.until(lambda: not session.powered, CUT_MS):
        raise StepFailed("the armed cut was not reached: the terminal wrote less to its flash than that")
    if session.powered:
        raise StepFailed("the power is on already; cut it first")
    await session.power_on()
    await until_started(run)


async def until_started(run: Run) -> None:
    """Wait for the idle screen, or for whatever the terminal shows instead when it refuses to trade."""
    session = run.session

    def settled() -> bool:
        return session.idle or not session.powered or STOPPED in session.screen()

    if not await run.until(settled, START_MS) and not session.screen().strip():
        raise StepFailed(f"the terminal showed nothing within {START_MS // 1000} s of power on")


async def printer(run: Run, values: dict[str, Any]) -> None:
    run.session.printer(**values)


async def clock(run: Run, values: dict[str, Any]) -> None:
    await run.session.clock(advance_s=values.get("advance_s"), set_s=values.get("set"))


async def tamper(run: Run, values: dict[str, Any]) -> None:
    run.session.bench.open_case()


async def wait(run: Run, values: dict[str, Any]) -> None:
    if "ms" in values:
        await asyncio.sleep(values["ms"] / 1000)
    elif "idle" in values:
        await run.must(lambda: run.session.idle, IDLE_MS, "the terminal did not come back to its idle screen")
    else:
        await run.must(run.synced, SYNC_MS, _not_synced(run))


def _not_synced(run: Run) -> str:
    given = run.session.surroundings.given
    hint = f"; is the broker {given} up, and a host connected to it?" if given else ""
    return "the host has not receipted every record" + hint


def absent(hardware: str) -> "Callable[[Run, Any], Awaitable[None]]":
    """A step whose hardware this build does not have: it fails, it never passes in silence."""

    async def step(run: Run, values: Any) -> None:
        raise StepFailed(
            f"this build has no {hardware}; take the step out, or use a card with a stripe or a code"
        )

    return step


async def _reader_ready(run: Run, lamp: str) -> None:
    """Not a failure when it stays dark: presenting a card too early is something that a person does, too."""
    bench = run.session.bench
    asked_again = (
        lamp == "contactless" and bench.contactless.radio
    )  # "see phone": its lamp went with the first tap
    await run.until(lambda: asked_again or bench.lamps[lamp], READY_MS)


STEPS: dict[str, Callable[[Run, Any], Awaitable[None]]] = {
    "keys": keys,
    "pin": pin,
    "swipe": swipe,
    "insert": insert,
    "remove": remove,
    "tap": tap,
    "scan": scan,
    "network": network,
    "host": host,
    "power": power,
    "printer": printer,
    "clock": clock,
    "battery": absent("battery gauge"),
    "tamper": tamper,
    "wait": wait,
    "expect": expect.expect,
}
