# SPDX-License-Identifier: MIT
"""The thread that settles deliveries in groups: commit records, commit decisions, answer, receipt, acknowledge.

That order is invariant 4 of DESIGN.md. Every step before the answers may run again without a second effect.
"""

import heapq
import logging
import queue
import threading
import time
from collections.abc import Callable
from itertools import count

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from pos.codec import messages
from suanpan.host import alarms, envelope, ledger
from suanpan.host.committed import Committed, Message, Receipt
from suanpan.host.database import writing
from suanpan.host.decisions import Answer, Decider
from suanpan.host.ingest import Ingest
from suanpan.host.uplink import Delivery, Uplink

_GROUP = 256  # deliveries in one commit
_RETRY_S = 1.0
_SUSPENDED = ("58", "terminal suspended")  # refusal: ISO 8583 code and text
logger = logging.getLogger(__name__)


class Worker:
    """`put(delivery)` from any thread; `report(kind, row)` is called after each commit."""

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
        self._inbox: queue.SimpleQueue[Delivery | None] = queue.SimpleQueue()
        self._late: list[tuple[float, int, Answer]] = []
        self._order = count()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="suanpan-host", daemon=True)
        self.put = self._inbox.put

    def start(self, uplink: Uplink) -> None:
        """Begin; answers go out through `uplink`."""
        self._uplink = uplink
        self._thread.start()

    def stop(self) -> None:
        """End after the group in hand; what is not committed stays with broker and terminals."""
        self._stopping.set()
        self._inbox.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._send_late()
            group = self._next_group()
            if group and not self._settled(group):
                for delivery in group:
                    if not self._settled([delivery]):
                        self._put_aside(delivery)

    def _next_group(self) -> list[Delivery]:
        """Deliveries that wait; returns empty when a late answer is due first or `stop` was called."""
        group: list[Delivery | None] = []
        timeout = max(0.0, self._late[0][0] - time.time()) if self._late else None
        try:
            group.append(self._inbox.get(timeout=timeout))
            while len(group) < _GROUP:
                group.append(self._inbox.get_nowait())
        except queue.Empty:
            pass
        return [delivery for delivery in group if delivery is not None]

    def _settled(self, group: list[Delivery]) -> bool:
        """False when the host itself fails on this group; a database that is away is waited for."""
        while not self._stopping.is_set():
            try:
                self._settle(group)
                return True
            except OperationalError as error:
                self._warn(
                    f"the database does not take the records: {error.orig}; trying again, nothing is lost"
                )
                self._stopping.wait(_RETRY_S)
            except Exception:
                logger.exception("the host failed on %d message(s)", len(group))
                return False
        return True

    def _settle(self, group: list[Delivery]) -> None:
        now_s = int(time.time())
        done = self._ingest.commit([Message(one.topic, one.payload) for one in group], now_s)
        decided = self._decider.decide(done.asked, time.time())
        for answer in decided.answers:
            self._answer(answer)
        for receipt in done.receipts:
            self._receipt(receipt, now_s)
        for batch in done.refused:
            refusal = messages.refusal(batch.terminal.terminal, batch.epoch, *_SUSPENDED)
            self._send(batch, refusal)
        for delivery in group:
            self._uplink.acknowledge(delivery)
        self._tell(done, decided.alarms)

    def _answer(self, answer: Answer) -> None:
        if answer.due_s is None:
            return
        if answer.due_s > time.time():
            heapq.heappush(self._late, (answer.due_s, next(self._order), answer))
            return
        one = answer.asked.entry
        decided = (answer.code, answer.auth_code, answer.reference, answer.amount, int(time.time()))
        self._send(answer.asked, messages.answer(one.terminal, one.epoch, one.seq, *decided))

    def _send_late(self) -> None:
        while self._late and self._late[0][0] <= time.time():
            self._answer(heapq.heappop(self._late)[2])

    def _receipt(self, receipt: Receipt, now_s: int) -> None:
        name, until = receipt.terminal.terminal, (receipt.cumulative, receipt.ranges)
        self._send(receipt, messages.receipt(name, receipt.epoch, *until, now_s))

    def _send(self, to, payload: bytes) -> None:
        """Publish to the terminal and partition that `to` names."""
        topic = messages.down_topic(to.partition, to.terminal.terminal)
        self._uplink.publish(topic, envelope.seal_down(to.terminal, payload))

    def _tell(self, done: Committed, raised: list[dict]) -> None:
        for name in done.enrolled:
            self._report("terminal", {"terminal": name, "state": "active", "source": "sandbox"})
        for identity in sorted(done.changed):
            row = ledger.one_transaction(self._engine, identity)
            if row is not None:
                self._report("transaction", row)
        for alarm in done.alarms + raised:
            self._report("alarm", ledger.shown(alarm))

    def _put_aside(self, delivery: Delivery) -> None:
        """A message that the host cannot digest must not block the queue (F19)."""
        topic, payload = delivery.topic, delivery.payload
        name = topic.split("/")[3] if topic.count("/") > 2 else ""
        cause = ("internal", "see the host's log", name)
        with writing(self._engine) as connection:
            raised = alarms.put_aside(connection, *cause, topic, payload, int(time.time()))
        self._report("alarm", ledger.shown(raised))
        self._uplink.acknowledge(delivery)
