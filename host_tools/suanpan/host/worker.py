# SPDX-License-Identifier: MIT
"""The thread that settles deliveries in groups; what is away is waited for, poison is set aside."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from suanpan.host import alarms
from suanpan.host.alarms import Aside
from suanpan.host.database import writing
from suanpan.host.decisions import Decider
from suanpan.host.exchange import Exchange
from suanpan.host.ingest import Ingest
from suanpan.host.keys import KeysAway
from suanpan.host.online_pin import without_pin
from suanpan.host.uplink import Delivery, Uplink

_GROUP = 256  # deliveries in one commit
_RETRY_S = 1.0
_CONFLICTS = 5  # with other hosts on one group; each is over as soon as the other has committed
logger = logging.getLogger(__name__)


class Worker:
    """`put(delivery)` from any thread; `report(kind, row)` is called after each commit, row as in its table."""

    def __init__(
        self,
        engine: Engine,
        ingest: Ingest,
        decider: Decider,
        warn: Callable[[str], None],
        report: Callable[[str, dict], None],
    ) -> None:
        self._engine, self._ingest, self._decider = engine, ingest, decider
        self._warn, self._report = warn, report
        self._uplink: Uplink
        self._exchange: Exchange
        self._inbox: queue.SimpleQueue[Delivery | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="suanpan-host", daemon=True)
        self.put = self._inbox.put

    def start(self, uplink: Uplink) -> None:
        """Begin; answers go out through `uplink`."""
        self._uplink = uplink
        self._exchange = Exchange(self._ingest, self._decider, uplink, self._report)
        self._thread.start()

    def stop(self) -> None:
        """End after the group in hand; what is not committed stays with broker and terminals."""
        self._stopping.set()
        self._inbox.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._exchange.send_due()
            group = self._next_group()
            if group and not self._stored(self._exchange.settle, group):
                for delivery in group:
                    if not self._stored(self._exchange.settle, [delivery]):
                        self._stored(self._put_aside, delivery)

    def _next_group(self) -> list[Delivery]:
        """Deliveries that wait; returns empty when a late answer is due first or `stop` was called."""
        group: list[Delivery | None] = []
        try:
            group.append(self._inbox.get(timeout=self._exchange.due_in_s()))
            while len(group) < _GROUP:
                group.append(self._inbox.get_nowait())
        except queue.Empty:
            pass
        return [delivery for delivery in group if delivery is not None]

    def _stored(self, step: Callable[[Any], None], what: Any) -> bool:
        """False when the host itself fails on this; a database or key service that is away is waited for."""
        conflicts = 0
        while not self._stopping.is_set():
            try:
                step(what)
                return True
            except OperationalError as error:
                cause = f"the database does not take the records: {error.orig}"
                self._warn(f"{cause}; trying again, nothing is lost")
                self._stopping.wait(_RETRY_S)
            except KeysAway as error:
                self._warn(f"{error}; trying again, nothing is lost")
                self._stopping.wait(_RETRY_S)
            except Exception as error:
                conflicts += 1
                if not isinstance(error, IntegrityError) or conflicts == _CONFLICTS:
                    logger.exception("the host failed on what it received")
                    return False
        return True

    def _put_aside(self, delivery: Delivery) -> None:
        """A message that the host cannot digest must not block the queue (F19)."""
        topic, payload = delivery.topic, without_pin(delivery.payload)
        name = topic.split("/")[3] if topic.count("/") > 2 else ""
        aside = Aside("internal", "see the host's log", name, topic, payload)
        with writing(self._engine) as connection:
            raised = alarms.put_aside(connection, aside, int(time.time()))
        for alarm in raised:
            self._report("alarm", alarm)
        self._uplink.acknowledge(delivery)
