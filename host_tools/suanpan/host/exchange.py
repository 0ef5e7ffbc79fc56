# SPDX-License-Identifier: MIT
"""Settles one group of deliveries: commit records, commit decisions, answer, receipt, acknowledge.

That order is invariant 4 of DESIGN.md. Every step may run again without a second effect, after a crash at any point.
"""

import heapq
import time
from collections.abc import Callable
from itertools import count

from pos.codec import messages
from suanpan.host import envelope
from suanpan.host.committed import Committed, Dispute, Message, Receipt
from suanpan.host.decisions import Answer, Decider
from suanpan.host.envelope import Batch
from suanpan.host.ingest import Ingest
from suanpan.host.uplink import Delivery, Uplink

_SUSPENDED = ("58", "terminal suspended")  # refusal: ISO 8583 code and text


class Exchange:
    """`settle(group)` does it all; `report(kind, row)` is called at its end. Late answers wait for `send_due`."""

    def __init__(
        self, ingest: Ingest, decider: Decider, uplink: Uplink, report: Callable[[str, dict], None]
    ) -> None:
        self._ingest, self._decider = ingest, decider
        self._uplink, self._report = uplink, report
        self._late: list[tuple[float, int, Answer]] = []
        self._order = count()

    def settle(self, group: list[Delivery]) -> None:
        """Everything that follows from `group`. Raises what the database raises."""
        now_s = int(time.time())
        done = self._ingest.commit([Message(one.topic, one.payload) for one in group], now_s)
        decided = self._decider.decide(done.asked, time.time())
        for answer in decided.answers:
            self._answer(answer)
        for receipt in done.receipts:
            self._receipt(receipt, now_s)
        for dispute in done.disputes:
            self._dispute(dispute, now_s)
        for batch in done.refused:
            refusal = messages.refusal(batch.terminal.terminal, batch.epoch, *_SUSPENDED, batch.nonce)
            self._send(batch, refusal)
        for delivery in group:
            self._uplink.acknowledge(delivery)
        self._tell(done, decided.alarms)

    def due_in_s(self) -> float | None:
        """Seconds until a late answer is to be sent; None when none waits."""
        return max(0.0, self._late[0][0] - time.time()) if self._late else None

    def send_due(self) -> None:
        """Send the late answers whose time has come."""
        while self._late and self._late[0][0] <= time.time():
            self._answer(heapq.heappop(self._late)[2])

    def _answer(self, answer: Answer) -> None:
        if answer.due_s is None:
            return
        if answer.due_s > time.time():
            heapq.heappush(self._late, (answer.due_s, next(self._order), answer))
            return
        one, batch = answer.asked.entry, answer.asked.batch
        decided = (answer.code, answer.auth_code, answer.reference, answer.amount, int(time.time()))
        told = *decided, batch.nonce, answer.icc
        self._send(batch, messages.answer(one.terminal, one.epoch, one.seq, *told))

    def _receipt(self, receipt: Receipt, now_s: int) -> None:
        batch, until = receipt.batch, (receipt.cumulative, receipt.ranges)
        name = batch.terminal.terminal
        self._send(batch, messages.receipt(name, batch.epoch, *until, now_s, batch.nonce))

    def _dispute(self, dispute: Dispute, now_s: int) -> None:
        batch, go_on = dispute.batch, (dispute.next_epoch, dispute.counters)
        name = batch.terminal.terminal
        self._send(batch, messages.dispute(name, batch.epoch, dispute.ranges, *go_on, now_s, batch.nonce))

    def _send(self, to: Batch, payload: bytes) -> None:
        """Publish to the terminal and partition that `to` came from."""
        topic = messages.down_topic(to.partition, to.terminal.terminal)
        self._uplink.publish(topic, envelope.seal_down(to.terminal, payload))

    def _tell(self, done: Committed, raised: list[dict]) -> None:
        for name in done.enrolled:
            self._report("terminal", {"terminal": name, "state": "active", "source": "sandbox"})
        for row in done.changed:
            self._report("transaction", row)
        for alarm in done.alarms + raised:
            self._report("alarm", alarm)
