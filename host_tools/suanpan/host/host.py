# SPDX-License-Identifier: MIT
"""The host in one object, for `suanpan host serve`, the simulator and tests (docs/host.md).

Two threads: paho's, which only hands over, and the worker's, which alone writes the books.
"""

import logging
from collections.abc import Callable

from suanpan.host import database, ledger
from suanpan.host.decisions import Decider
from suanpan.host.ingest import Ingest
from suanpan.host.keys import KeyService, open_service
from suanpan.host.script import Script
from suanpan.host.terminals import Register
from suanpan.host.tls import Tls
from suanpan.host.uplink import Uplink
from suanpan.host.worker import Worker

LATE_S = 35  # a late answer comes after the terminal's 30 s (DOMAIN.md section 2)
logger = logging.getLogger(__name__)


class Host:
    """`start()` and `stop()`; everything else may be called from any thread meanwhile."""

    def __init__(
        self,
        db_url: str,
        broker_url: str,
        partition: str | None = None,
        sandbox: bool = True,
        late_s: float = LATE_S,
        tls: Tls | None = None,
        say: Callable[[str], None] = logger.info,
        warn: Callable[[str], None] = logger.warning,
        keys: KeyService | None = None,
    ) -> None:
        self._engine = database.open_engine(db_url)
        self._script = Script()
        self._subscribers: list[Callable[[str, dict], None]] = []
        self._keys = keys or open_service()
        ingest = Ingest(self._engine, Register(sandbox, self._keys))
        decider = Decider(self._engine, self._script, late_s, self._keys, sandbox)
        self._worker = Worker(self._engine, ingest, decider, warn, self._report)
        self._uplink = Uplink(broker_url, partition, self._worker.put, say, warn, tls)

    def start(self) -> None:
        """Bring the tables up to date and begin; does not wait for the broker."""
        database.migrate(self._engine)
        self._worker.start(self._uplink)
        self._uplink.start()

    def wait_ready(self, timeout_s: float) -> bool:
        """True as soon as the host is subscribed; never call it in the event loop that runs the broker."""
        return self._uplink.ready.wait(timeout_s)

    def stop(self) -> None:
        """End after the group in hand; what is not committed stays with broker and terminals."""
        self._worker.stop()
        self._uplink.stop()
        self._engine.dispose()
        self._keys.close()

    def next_decision(self, decision: str, code: str | None = None) -> None:
        """Script the next request of the sandbox: approve, decline, silent or late."""
        self._script.add(decision, code)

    def transactions(self) -> list[dict]:
        """All transactions as DESIGN.md section 5 describes them."""
        return ledger.all_transactions(self._engine)

    def subscribe(self, callback: Callable[[str, dict], None]) -> None:
        """Call `callback(kind, row)` after each commit, in the worker's thread; kind transaction, alarm, terminal."""
        self._subscribers.append(callback)

    def _report(self, kind: str, row: dict) -> None:
        for callback in self._subscribers:
            try:
                callback(kind, ledger.shown(row))  # only for those who listen: it costs a tenth of storing it
            except Exception:
                logger.exception("a subscriber failed on a %s", kind)  # its trouble is not the books'
