# SPDX-License-Identifier: MIT
"""One run: strikes by the plan, lets the faults stop, waits until every terminal is synced."""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Callable

from fleet import plan, unsynced
from fleet.plan import Size, Stroke
from fleet.stage import LINES, LOOK_S, Failed, Stage, failed, listens
from fleet.tills import Till
from suanpan.host import database
from suanpan.host.broker import LOOPBACK

LIVE_S, END_S, TELL_S = 120, 30, 15
CALM = {"state": "up", "delay_ms": 0, "slice_bytes": 0, "blackhole": False}


class Run:
    """`await play()`; then `struck` and `seconds` tell what happened."""

    def __init__(self, stage: Stage, tell: Callable[[str], None]) -> None:
        self.stage, self._tell = stage, tell
        self.struck: Counter[str] = Counter()
        self.seconds: dict[str, float] = {}
        self._down: set[str] = set()

    async def play(self) -> None:
        """From the first process to the last; Failed when it does not come to rest."""
        try:
            await self._timed("start", self.stage.start())
            await self._timed("faults", self._strike())
            await self._timed("sync", self._close())
        finally:
            await self.stage.end()

    async def _timed(self, name: str, part) -> None:
        started = time.monotonic()
        await part
        self.seconds[name] = time.monotonic() - started
        self._tell(f"{name}: {self.seconds[name]:.1f} s")

    def strokes_told(self) -> str:
        kills = ", ".join(f"{name} {self.struck[name]}" for name in plan.KILLS)
        weather = ", ".join(f"{name} {self.struck[name]}" for name in plan.WEATHER)
        return f"killed: {kills}; network: {weather}"

    # --- faults ---

    async def _strike(self) -> None:
        stage, seconds = self.stage, self.stage.order.seconds
        size = Size(len(stage.tills), len(stage.brokers), len(stage.hosts), len(stage.proxies))
        strokes = plan.drawn(stage.order.seed, size, seconds)
        tasks = [asyncio.create_task(self._stroke(stroke)) for stroke in strokes]
        try:
            await self._watch(seconds)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self, seconds: float) -> None:
        end, tell = time.monotonic() + seconds, time.monotonic() + TELL_S
        while time.monotonic() < end:
            await asyncio.sleep(LOOK_S)
            self.stage.nobody_ended()
            if time.monotonic() > tell:
                tell += TELL_S
                self._tell(f"{end - time.monotonic():.0f} s to go; {self.strokes_told()}")

    async def _stroke(self, stroke: Stroke) -> None:
        await asyncio.sleep(stroke.at_s)
        await (self._kill if stroke.kind in plan.KILLS else self._weather)(stroke)

    async def _kill(self, stroke: Stroke) -> None:
        stage = self.stage
        child = {"terminal": stage.tills, "broker": stage.brokers, "host": stage.hosts}[stroke.kind][
            stroke.whom
        ]
        if child.name in self._down:
            return
        self._down.add(child.name)
        child.kill()
        self.struck[stroke.kind] += 1
        if stroke.kind == "broker":
            self._lead_around(stroke.whom)
        await asyncio.sleep(stroke.lasts_s)
        child.start()
        self._down.discard(child.name)

    def _lead_around(self, dead: int) -> None:
        """As a balancer does: who was at a dead node comes to the next one."""
        ports = self.stage.broker_ports
        for proxy in self.stage.proxies:
            if proxy.target[1] == ports[dead]:
                proxy.target = LOOPBACK, ports[(dead + 1) % len(ports)]

    async def _weather(self, stroke: Stroke) -> None:
        proxy, kind = self.stage.proxies[stroke.whom], stroke.kind
        self.struck[kind] += 1
        if kind == "cut_after":
            proxy.set(cut_after=stroke.number)
            return
        name, value = ("state", "down") if kind == "down" else (kind, stroke.number)
        proxy.set(**{name: value})
        await asyncio.sleep(stroke.lasts_s)
        proxy.set(**{name: CALM[name]})

    # --- the end ---

    async def _close(self) -> None:
        """The faults stop; every terminal syncs and ends by itself, then the hosts are asked to."""
        for proxy in self.stage.proxies:
            proxy.cut_after = None
            proxy.set(**CALM)
        for child in self.stage.children:
            if not child.alive:
                child.start()
        await self.stage.until(lambda: all(map(listens, self.stage.hosts)), "the hosts did not connect")
        self._tell("the faults have stopped, the hosts listen")
        (self.stage.folder / "closed").touch()
        if self.stage.order.hasty:
            for proxy in self.stage.proxies[:LINES]:
                proxy.reset()
        await self._all_at_rest()
        for host in self.stage.hosts:
            code = await asyncio.to_thread(host.stop, signal.SIGTERM, END_S)
            if code not in (0, -signal.SIGTERM):  # the latter while it was starting
                raise failed(host)

    async def _all_at_rest(self) -> None:
        """Each within its time behind the one before: a machine with other work brings all of them there later."""
        count, deadline = 0, 0.0
        while waiting := [till for till in self.stage.tills if till.ended != 0]:
            for till in waiting:
                if till.ended:
                    raise failed(till)
            if len(waiting) != count:
                count, deadline = len(waiting), time.monotonic() + LIVE_S
            elif time.monotonic() > deadline:
                raise self._unsynced(waiting)
            await asyncio.sleep(LOOK_S)

    def _unsynced(self, waiting: list[Till]) -> Failed:
        books = database.open_books(self.stage.db)
        told = "\n".join(unsynced.told(till, books) for till in waiting)
        books.dispose()
        return Failed(
            f"{len(waiting)} terminals are not synced {LIVE_S} s after the last one that was:\n{told}"
        )
