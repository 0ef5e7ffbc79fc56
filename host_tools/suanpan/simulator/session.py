# SPDX-License-Identifier: MIT
"""One simulated terminal with everything around it: workbench, device process, network, broker, host.

The scenario runner, the browser panel and `make run` all drive this one object (docs/simulator.md).
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from pos.domain.mask import mask_code
from suanpan.errors import Failure
from suanpan.simulator import outdir, pin_entry
from suanpan.simulator.books import Books
from suanpan.simulator.cards import card_tracks
from suanpan.simulator.device import Device
from suanpan.simulator.events import Event, EventLog
from suanpan.simulator.hand import Hand
from suanpan.simulator.ledger import JournalState, JournalWatch
from suanpan.simulator.profile import Profile
from suanpan.simulator.surroundings import Surroundings

ANSWER_S = 30  # the terminal's default, DOMAIN section 2
LATE_BY_S = 1
RESULTS = ("screen", "voice", "slip")  # what a person may take for a result: its record is told first


class Session:
    """`start()`, then act on it and read its events; `stop()` leaves no process behind."""

    def __init__(
        self,
        profile: "Profile | Path | str",
        runtime: str = "micropython",
        heap: str | None = None,
        seed: int = 1,
        broker: str | None = None,
        host: bool = True,
        out: Path | None = None,
        host_db: str | None = None,
    ) -> None:
        from boards.sim.workbench import Workbench

        self.profile = profile if isinstance(profile, Profile) else Profile.open(profile)
        self.runtime, self.heap, self.seed = runtime, heap, seed
        self.out = Path(out) if out else self.profile.directory / "run"
        outdir.prepare(self.out)
        self.log = EventLog(self.out / "events.jsonl")
        self.bench = Workbench(seed)
        self.hand = Hand(self.bench, self.log)
        self.device = Device(runtime, heap, self.out / "device.log", self._device_ended)
        self.surroundings = Surroundings(broker, seed, self.out / "mqtt.bin", self._tls_ca)
        self.books = self._books(host_db) if host else None
        self.watch = JournalWatch(self.profile.flash_path, self.log)
        self.cut_armed = False
        self.crashed = False
        self.heap_peak = 0
        self._picture = b""
        self._leave_bench: Callable[[], None] = lambda: None
        self._bench_port = 0
        self._tasks: set[asyncio.Task[Any]] = set()

    def _books(self, db_url: str | None) -> Books:
        # A late answer comes after this terminal has stopped waiting for it.
        late_s = self.profile.config.get("answer_timeout_s", ANSWER_S) + LATE_BY_S
        return Books(db_url or f"sqlite:///{self.profile.host_db}", late_s, self.log, self._tls_ca)

    @property
    def _tls_ca(self) -> str:
        return str(self.profile.config.get("tls_ca", ""))

    # --- life ---

    async def start(self) -> None:
        """Everything up, the terminal last; raises with nothing left running."""
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise

    async def _start(self) -> None:
        self.profile.lock()
        self._leave_bench = self.bench.subscribe(self._from_bench)
        self._bench_port = await self.bench.start()
        proxy_port = await self.surroundings.start()
        if self.books:
            await self.books.start(self.surroundings.broker_url)
        self.profile.configure(self.surroundings.terminal_config(proxy_port))
        self.watch.start()
        await self.power_on()

    async def rest(self) -> None:
        """End the terminal and the host: what they left does not change any more."""
        await self.device.kill()
        if self.books:
            await self.books.stop()

    async def stop(self) -> None:
        """End the terminal, the host, the network and the broker; safe to call twice."""
        await self.rest()
        await self.watch.stop()
        for task in list(self._tasks):
            task.cancel()
        await self.surroundings.stop()
        await self.bench.stop()
        self._leave_bench()  # its last picture comes a moment after its end
        self.profile.unlock()
        self.log.close()

    # --- power and network ---

    async def power_on(self) -> None:
        if self.device.running:
            return
        self.crashed = False
        await self.device.start(self.profile.directory, self._bench_port)
        self.log.emit("power", {"on": True})

    async def power_off(self) -> None:
        await self._cut("now")

    async def cut_after_writes(self, count: int, tear: str = "whole") -> None:
        """Cut the power at flash operation `count` from now; that one is done whole, half or not at all."""
        self.cut_armed = True
        message = {"cut_after_writes": count}
        self.bench.control(message if tear == "whole" else {**message, "tear": tear})

    async def _cut(self, cause: str) -> None:
        self.cut_armed = False
        if self.device.running:
            await self.device.kill()
            self.log.emit("power", {"on": False, "cause": cause})

    @property
    def powered(self) -> bool:
        return self.device.running

    @property
    def idle(self) -> bool:
        """The terminal waits for its next operation: its green lamp is lit."""
        return self.powered and self.bench.lamps["ready"]

    def network(
        self, state: str | None = None, delay_ms: int = 0, loss: float = 0.0, blackhole: bool = False
    ) -> None:
        """The way between terminal and broker: `up` or `down`, and its faults while it is up."""
        self.surroundings.proxy.set(state=state or "up", delay_ms=delay_ms, loss=loss, blackhole=blackhole)
        faults = {"delay_ms": delay_ms, "loss": loss, "blackhole": blackhole}
        self.log.emit("network", {"state": state or "up", **faults})

    # --- what a person does ---

    async def press(self, key: str) -> None:
        """The record does not say which digit, while the customer keys a PIN."""
        self.log.emit("input", {"key": pin_entry.told(key, self.screen())})
        await self.bench.press(key)

    async def swipe(
        self,
        card: str | None = None,
        track1: str | None = None,
        track2: str | None = None,
        damage: str | None = None,
    ) -> None:
        """Swipe a built-in card, a card file or given tracks."""
        self.log.emit("input", {"swipe": card or "tracks", "damage": damage})
        if card and not (track1 or track2):
            track1, track2 = card_tracks(card)
        await self.bench.swipe(track1, track2, damage=damage)

    async def scan(self, code: str, damage: str | None = None) -> bool:
        """False when the scanner stayed dark."""
        self.log.emit("input", {"scan": mask_code(code), "damage": damage})
        return await self.bench.scan(code, damage=damage)

    def printer(
        self,
        paper: str | None = None,
        cover: str | None = None,
        overheat: bool | None = None,
        paper_rows: int | None = None,
        rows_per_s: int | None = None,
    ) -> None:
        """Paper `in`, `low` or `out`, or out after so many dot rows; cover `open` or `closed`; head too hot;
        speed (as fast as the bytes come when never set). None leaves it."""
        printer = self.bench.printer
        changes = {"paper": paper, "cover": cover, "heat": overheat, "rows_per_s": rows_per_s}
        for name, value in changes.items():
            if value is not None:
                setattr(printer, name, value)
        if paper_rows is not None:
            printer.paper_for(paper_rows)
        told = {"paper": printer.paper, "cover": printer.cover, "overheat": printer.heat}
        self.log.emit("printer", {**told, "paper_rows": paper_rows})

    async def clock(self, advance_s: int | None = None, set_s: int | None = None) -> None:
        """Move the terminal's clock by seconds, or set it to Unix seconds."""
        message = {"clock_set_s": set_s} if set_s is not None else {"clock_offset_s": advance_s or 0}
        self.log.emit("clock", message)
        self.bench.control(message)

    def host_next(self, decision: str, code: str | None = None) -> None:
        """The sandbox issuer's decision on the next request: approve, decline, silent or late."""
        if self.books is None:
            raise Failure("no host runs here", "take --broker away, or give `host: {run: true}`")
        self.log.emit("input", {"host": decision, "code": code})
        self.books.next_decision(decision, code)

    # --- what there is to see ---

    def screen(self) -> str:
        return self.bench.display.text()

    def journal_state(self) -> JournalState:
        return self.watch.read()

    def journal(self) -> list[dict[str, Any]]:
        return self.journal_state().records

    def transactions(self) -> list[dict[str, Any]]:
        """The journal folded into transactions by the application's own rules."""
        from pos.domain.transaction import fold_all

        return [transaction.as_dict() for transaction in fold_all(self.journal_state().records)]

    def alarms(self) -> list[dict[str, Any]]:
        """Alarms that the terminal or the host raised since the start, each once (simulator/alarms.py)."""
        return [event["data"] for event in self.log.all if event["kind"] == "alarm"]

    def host_transactions(self) -> list[dict[str, Any]]:
        return self.books.transactions() if self.books else []

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        return self.log.subscribe(listener)

    def events(self) -> AsyncIterator[Event]:
        return self.log.stream()

    # --- reports from the parts ---

    def _from_bench(self, kind: str, data: Any) -> None:
        if kind == "device" and isinstance(data, dict):
            self._from_device(data)
        if kind in RESULTS:
            self.watch.catch_up()
        if kind == "screen":
            self._from_display()
        else:
            self.log.emit(kind, self._described(kind, data))

    def _from_display(self) -> None:
        """Tell of a picture that differs from the one told before."""
        picture = bytes(self.bench.display.memory)
        if picture != self._picture:
            self._picture = picture
            self.log.emit("screen", {"text": self.screen()})

    def _described(self, kind: str, data: Any) -> Any:
        if kind == "voice":
            return {"text": data}
        if kind == "cards":
            return self.hand.presented()
        if kind == "slip":
            return {"complete": data.complete, "rows": data.rows, "text": data.text}
        return data

    def _from_device(self, message: dict[str, Any]) -> None:
        if message.get("event") == "heap":
            self.heap_peak = max(self.heap_peak, int(message.get("peak", 0)))
        if message.get("event") == "cut":
            self._later(self._cut("cut_after_writes"))

    def _device_ended(self, code: int) -> None:
        self.crashed = True
        self.log.emit("power", {"on": False, "cause": "ended", "code": code, "log": self.device.tail()})

    def _later(self, action: Any) -> None:
        task = asyncio.get_running_loop().create_task(action)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
