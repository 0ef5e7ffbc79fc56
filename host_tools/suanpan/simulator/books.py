# SPDX-License-Identifier: MIT
"""The host of a simulated run: the real host in a thread of this process, its rows told as events."""

import asyncio
from typing import Any

from suanpan.simulator import alarms
from suanpan.simulator.events import EventLog
from suanpan.simulator.waiting import finished

READY_S = 5  # a broker that is given by URL may be down; the host goes on trying
LOOKS_PER_S = 10


class Books:
    """The host with its database, which trusts the terminal's CA; reports each row that it inserts or changes."""

    def __init__(self, db_url: str, late_s: float, log: EventLog, tls_ca: str = "") -> None:
        self.db_url, self._late_s, self._log, self._tls_ca = db_url, late_s, log, tls_ca
        self._host: Any = None
        self._running = False

    async def start(self, broker_url: str) -> None:
        from suanpan.host import Host
        from suanpan.host.tls import Tls

        loop, tls = asyncio.get_running_loop(), Tls(self._tls_ca or None)
        opening = asyncio.to_thread(Host, self.db_url, broker_url, late_s=self._late_s, tls=tls)
        self._host = await finished(opening)
        # The host calls from its own thread; events belong to the loop's.
        self._host.subscribe(lambda kind, row: loop.call_soon_threadsafe(self._report, kind, row))
        self._running = True
        await finished(asyncio.to_thread(self._host.start))
        for _ in range(READY_S * LOOKS_PER_S):  # in short waits, because a thread cannot be interrupted
            if await asyncio.to_thread(self._host.wait_ready, 1 / LOOKS_PER_S):
                return

    async def stop(self) -> None:
        """The rows can still be read; safe to call twice."""
        if self._running:
            self._running = False
            await asyncio.to_thread(self._host.stop)

    def next_decision(self, decision: str, code: str | None) -> None:
        self._host.next_decision(decision, code)

    def transactions(self) -> list[dict[str, Any]]:
        return list(self._host.transactions()) if self._host else []

    def _report(self, kind: str, row: dict[str, Any]) -> None:
        if kind != "alarm":
            self._log.emit({"transaction": "host"}.get(kind, kind), row)
        elif row["source"] == "host":  # the terminal's own are told from its journal
            self._log.emit("alarm", alarms.of_host(row))
