# SPDX-License-Identifier: MIT
"""The journal's tail on its way to the host (DESIGN.md: the journal is the queue; docs/mqtt.md).

Records travel in batches, several batches at once. Only the host's authenticated receipt retires a record; a
PUBACK means nothing. An urgent request overtakes the backlog. Network trouble is a state here, never an exception.
"""

import asyncio
import gc

from pos import compat
from pos.codec import cose, messages
from pos.net import hostmail
from pos.net.errors import MqttError
from pos.tasks import first

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BATCH_BYTES = 1024  # a batch exists four times on its way into one packet: this keeps it small on 96 KiB
BATCH_RECORDS = 32
WINDOW = 16  # most batches without a receipt; none of them is held in memory
_SMALLEST_BATCH = 256
_GROWTH = 8  # bytes by which a batch grows again with each receipt: one that does not fit costs a second
_RECEIPT_MS = 15000  # doubled with each round without any receipt
# So many rounds, one more each time, and the connection is made anew: a broker may have lost its subscription.
_DEAF_ROUNDS, _MOST_DEAF_ROUNDS = 3, 6
# An unanswered request is sent again; the host answers a duplicate with its stored decision.
_RETRY_MS = 10000
_LOOK_MS = 1000  # the tail is looked at this often even if nobody kicked


class _Question:
    """A request that waits for its answer; `nudge` makes it ask again."""

    def __init__(self):
        self.answer = None
        self._news = asyncio.Event()

    def nudge(self, answer=None):
        self.answer = self.answer or answer
        self._news.set()

    async def news(self):
        await self._news.wait()
        self._news.clear()


class Outbox:
    """Sends what the journal holds and has not retired. `session` is what `run` keeps connected.

    Hooks: on_late_answer(answer dict), on_alarm(name, detail), on_time(Unix seconds), on_change(online, reason).
    """

    on_late_answer = on_alarm = on_time = on_change = None

    def __init__(self, journal, terminal, mac_key, partition="0", receipt_ms=_RECEIPT_MS, retry_ms=_RETRY_MS):
        self._journal = journal
        self._terminal = terminal
        self._mac_key = mac_key
        self._topic = messages.up_topic(partition, terminal)
        self.topic_down = messages.down_topic(partition, terminal)
        self._receipt_ms, self._retry_ms = receipt_ms, retry_ms
        self._wake = asyncio.Event()
        # What this power-on says of itself, so that the host can tell it from another device or a restored copy.
        self._nonce, self._since = compat.urandom(messages.NONCE_SIZE), journal.next_seq
        self._questions = {}  # seq of the intent: _Question
        self._ahead = {}  # seq sent by a request and not receipted: deadline
        self._batch_bytes, self._window, self._heard = BATCH_BYTES, WINDOW, 0
        self._patience = _DEAF_ROUNDS
        self._restart()
        self.session: "Any" = None
        self.refusal = None  # (code, text) while the host does not take this terminal's records
        self.dispute: "Any" = None  # the host's message that this epoch is over, until `begin_epoch`

    @property
    def online(self):
        return self.session is not None and self.session.online

    def kick(self):
        """Something was appended, or somebody wants the network now."""
        self._wake.set()
        if self.session:
            self.session.hurry()

    async def run(self):
        """Connect and send until cancelled; raises only for a fault in the application or the journal."""
        _, _, error = await first(None, self._send_tail(), self.session.run())
        if error:
            raise error

    async def request(self, seqs, timeout_ms, pin=b""):
        """Ask for a decision on the intent seqs[-1] (or the one seq). Its answer as a dict, None when none came.

        Exits: answer, dispute, timeout_ms over. Without network it keeps trying until then.
        """
        seqs = (seqs,) if isinstance(seqs, int) else seqs
        question = self._questions[seqs[-1]] = _Question()
        self.session.hurry()
        try:
            return await compat.wait_for_ms(self._ask(seqs, question, pin), timeout_ms)
        except asyncio.TimeoutError:
            return None
        finally:
            self._questions.pop(seqs[-1], None)
            self._wake.set()

    def receive(self, topic, payload):
        """A message from the broker, which may be anybody's. A forged one raises an alarm and changes nothing."""
        if self.session is None:
            return None
        journal = self._journal
        try:
            numbers = journal.epoch, journal.next_seq
            message = hostmail.opened(self._mac_key, self._terminal, self._nonce, *numbers, payload)
        except hostmail.ForgedError as error:
            return self._alarm(error.alarm, str(error))
        if message is None:
            return None
        self._learn(message)
        if message["type"] == messages.RECEIPT:
            self._journal.retire(message["cumulative"], message["ranges"])
            self._receipted(message["cumulative"], message["ranges"])
        elif message["type"] == messages.DISPUTE:
            self._disputed(message)
        elif message["type"] == messages.ANSWER:
            self._answered(message)
        else:
            self._refused(message)
        return None

    def changed(self, online, reason):
        """The session tells: what was under way on the old connection counts as not sent."""
        self._restart()
        for question in self._questions.values():
            question.nudge()
        self._wake.set()
        if self.on_change:
            self.on_change(online, reason)

    def end(self):
        """The key is about to be erased: nothing is signed or believed any more."""
        self.session = None

    def begin_epoch(self):
        """The host has in custody all that was under the number of the epoch in dispute: number afresh."""
        self._journal.begin_epoch(self.dispute["next_epoch"])
        self._since, self.dispute = self._journal.next_seq, None
        self._restart()

    # --- the tail ---

    def _restart(self):
        self._sent = 0  # highest seq handed to this connection
        self._under_way = []  # (last seq, deadline) of batches without a receipt, oldest first
        self._unheard = 0  # rounds without any receipt
        self._ahead.clear()

    async def _send_tail(self):
        while True:
            try:
                await compat.wait_for_ms(self._wake.wait(), _LOOK_MS)
            except asyncio.TimeoutError:
                pass
            self._wake.clear()
            try:
                await self._send_due()
            except MemoryError:  # raised while a batch was read: the next look tries again
                self._short_of_memory()

    async def _send_due(self):
        self._expire()
        while self._may_send():
            records, last = self._next_batch()
            if not records or not await self._send_batch(records, last):
                return

    def _may_send(self):
        """A question on its way has the line for itself; a host that gives no receipts is probed, not flooded."""
        window = 1 if self._unheard or self.refusal else self._window
        return self.online and not self._questions and len(self._under_way) < window

    def _next_batch(self):
        """(records, seq of the last) behind what was sent, without those that a request took along."""
        records: "list[bytes]" = []
        last, size = self._sent, 0
        for seq, record in self._journal.pending(self._sent):
            if seq not in self._ahead:
                size += len(record) + 2
                if records and (size > self._batch_bytes or len(records) == BATCH_RECORDS):
                    break
                records.append(bytes(record))
            last = seq
        return self._beside(records), last

    def _beside(self, records):
        """With what they speak of, unless the host has it; in a dispute it may be another device's that it has."""
        from pos.net import custody

        known = 0 if self.dispute else self._journal.cumulative
        return custody.beside(self._journal, records, known)

    async def _send_batch(self, records, last):
        """False when it does not fit in memory: the next look tries again with less."""
        before, self._sent = self._sent, last
        entry = last, compat.ticks_add(compat.ticks_ms(), self._receipt_ms << min(self._unheard, 5))
        self._under_way.append(entry)
        handed_over = await self._publish(records, False)
        if not handed_over and entry in self._under_way:
            self._under_way.remove(entry)
            self._sent = min(self._sent, before)
        return handed_over

    def _expire(self):
        """No receipt in time: send again from the oldest unreceipted record on, one batch at a time.

        The window is half as wide when receipts come again, and one wider with each window of them.
        """
        now = compat.ticks_ms()
        for seq in [seq for seq, deadline in self._ahead.items() if compat.ticks_diff(deadline, now) <= 0]:
            del self._ahead[seq]
            self._sent = min(self._sent, seq - 1)
        if self._under_way and compat.ticks_diff(self._under_way[0][1], now) <= 0:
            self._under_way.clear()
            self._sent = 0
            self._unheard += 1
            self._heard, self._window = 0, max(1, self._window // 2)
            if self._unheard >= self._patience:
                self._patience = min(self._patience + 1, _MOST_DEAF_ROUNDS)
                self.session.renew("nothing heard from the host")

    # --- requests ---

    async def _ask(self, seqs, question, pin):
        while question.answer is None and self.dispute is None:
            if self.online:
                await self._send_urgent(seqs, pin)
            try:
                await compat.wait_for_ms(question.news(), self._retry_ms)
            except asyncio.TimeoutError:
                pass
        return question.answer

    async def _send_urgent(self, seqs, pin):
        deadline = compat.ticks_add(compat.ticks_ms(), self._receipt_ms)
        for seq in seqs:
            self._ahead[seq] = deadline
        records = [self._journal.read(seq) for seq in seqs]
        await self._publish(self._beside([bytes(record) for record in records if record]), True, pin)

    async def _publish(self, records, urgent, pin=b""):
        """False when there was no memory for it (FAULTS F7)."""
        try:
            me = self._nonce, self._since, self._journal.cumulative
            batch = messages.batch(self._terminal, self._journal.epoch, records, urgent, *me, pin=pin)
            batch = cose.mac0(self._mac_key, batch, self._terminal.encode(), messages.AAD_UP)
            await self.session.send(self._topic, batch, urgent)
        except MqttError:
            pass  # the connection ended: `changed` has put everything back, or will
        except MemoryError:
            self._short_of_memory()
            return False
        return True

    def _short_of_memory(self):
        gc.collect()
        self._batch_bytes = max(_SMALLEST_BATCH, self._batch_bytes // 2)

    # --- what the host says ---

    def _receipted(self, cumulative, ranges):
        self.refusal = None
        self._unheard, self._patience = 0, _DEAF_ROUNDS
        waiting = [entry for entry in self._under_way if not _covers(cumulative, ranges, entry[0])]
        self._grow(len(self._under_way) - len(waiting))
        self._under_way = waiting
        for seq in [seq for seq in self._ahead if _covers(cumulative, ranges, seq)]:
            del self._ahead[seq]
        if not self._under_way:
            self._sent = 0  # what is pending now was left out of a receipt that covered its neighbours
        self._wake.set()

    def _disputed(self, message):
        """What the host keeps aside has left the queue as with a receipt; nobody waits for an answer any more."""
        from pos.net import custody

        self.dispute = message
        self._journal.retire(0, custody.whole(self._journal, message["ranges"]))
        self._receipted(0, message["ranges"])
        for question in self._questions.values():
            question.nudge()

    def _grow(self, batches):
        """So many have their receipt: a whole window of them makes it one wider."""
        self._heard += batches
        if self._heard >= self._window:
            self._heard, self._window = 0, min(WINDOW, self._window + 1)
        if batches:
            self._batch_bytes = min(BATCH_BYTES, self._batch_bytes + _GROWTH)

    def _answered(self, message):
        question = self._questions.get(message["seq"])
        if question:
            question.nudge(message)
        elif self.on_late_answer:
            self.on_late_answer(message)

    def _refused(self, message):
        self.refusal = message["code"], message["text"]
        self._alarm("refused", "%s %s" % self.refusal)

    def _learn(self, message):
        """The host's time. A receipt that goes further than any before is no replay: it may turn the clock back."""
        time_s, fresh = message.get("time_s", 0), message.get("cumulative", 0) > self._journal.cumulative
        if self._journal.trust(time_s, fresh) and self.on_time:
            self.on_time(time_s)

    def _alarm(self, name, detail):
        if self.on_alarm:
            self.on_alarm(name, detail)


def _covers(cumulative, ranges, seq):
    return seq <= cumulative or any([low <= seq <= high for low, high in ranges])
