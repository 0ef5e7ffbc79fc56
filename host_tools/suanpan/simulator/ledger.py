# SPDX-License-Identifier: MIT
"""The terminal's journal read from outside while the terminal may be writing to it.

Reads a copy in memory with the application's own `pos.journal`, so that nothing is ever written to the image.
"""

import asyncio
import contextlib
import time
from pathlib import Path
from typing import Any, NamedTuple

from pos.codec import records
from pos.journal import JournalError
from suanpan.journal.image import recovered
from suanpan.simulator import alarms
from suanpan.simulator.events import EventLog

POLL_S = 0.1
TICK_NS = 20_000_000  # within one tick of the file system's clock a second write leaves the time as it is
ATTEMPTS = 5  # a record half written during the copy reads whole on the next one


UNREADABLE = (JournalError, ValueError, OSError)  # what read_journal raises


class JournalState(NamedTuple):
    """Every retained record, oldest first, and how many of them the host has not receipted."""

    records: list[dict[str, Any]]
    encoded: list[bytes]
    pending: int


def read_journal(flash: Path) -> JournalState:
    """State of the journal in `flash`; raises what pos.journal raises when it is damaged or not formatted."""
    for attempt in range(ATTEMPTS):
        try:
            return _read(flash.read_bytes())
        except Exception:  # noqa: BLE001 - whatever a torn copy raises, the last attempt raises it for good
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def _read(image: bytes) -> JournalState:
    journal = recovered(image)
    encoded = [bytes(record) for _seq, record in journal.scan()]
    return JournalState([records.as_dict(record) for record in encoded], encoded, journal.pending_count())


class JournalWatch:
    """Tells the event log when the journal has grown or the host has receipted something."""

    def __init__(self, flash: Path, log: EventLog) -> None:
        self._flash, self._log = flash, log
        self._stamp = 0
        self._state = JournalState([], [], 0)
        self._last = (0, 0)
        self._told: tuple[int, int] | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            self._task = None

    def read(self) -> JournalState:
        """The state now; read again only when the image may have changed since."""
        stamp = self._flash.stat().st_mtime_ns
        if stamp != self._stamp:
            rested = time.time_ns() - stamp > TICK_NS
            self._state, self._stamp = read_journal(self._flash), stamp if rested else 0
        return self._state

    async def _run(self) -> None:
        while True:
            try:
                state = await asyncio.to_thread(
                    self.read
                )  # longer with every record; the panel must stay alive
            except UNREADABLE:  # the terminal says so on its screen; it may be mended while this waits
                await asyncio.sleep(POLL_S)
                continue
            self._tell(state)
            await asyncio.sleep(POLL_S)

    def catch_up(self) -> None:
        """Tell now what the journal holds: before anything is told that the terminal did because of it."""
        with contextlib.suppress(*UNREADABLE):  # the poll goes on trying
            self._tell(self.read())

    def _tell(self, state: JournalState) -> None:
        self._tell_records(state)
        count = (len(state.records), state.pending)
        if count != self._told:
            self._log.emit("journal", {"records": count[0], "pending": count[1]})
            self._told = count

    def _tell_records(self, state: JournalState) -> None:
        for record in state.records:
            identity = (record["epoch"], record["seq"])
            if identity <= self._last:
                continue
            self._last = identity
            self._log.emit("record", {"kind": record["kind"], "epoch": identity[0], "seq": identity[1]})
            if record["kind"] == "alarm":
                self._log.emit("alarm", alarms.of_terminal(record))
