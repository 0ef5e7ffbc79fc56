# SPDX-License-Identifier: MIT
"""The outbox over a line with a round trip of 100 ms, in virtual time: how full it is, and what a slow host costs."""

import asyncio

from outbox_rig import KEY, TERMINAL, Journal
from pos.codec import cose, messages
from pos.net.outbox import WINDOW, Outbox
from simulation.clock import Clock, VirtualLoop, following

ROUND_TRIP_S = 0.1
RECORDS = 1600
SIZE = 600  # of a record: two do not fit into one batch


class Line:
    """A session whose host gives a receipt after the round trip and after what it had to do before."""

    online = True

    def __init__(self, journal, work_s=0.0):
        self.journal, self.work_s, self.silent = journal, work_s, False
        self.sent, self._free_s, self._seen = 0, 0.0, 0
        self.box = Outbox(journal, TERMINAL, KEY)
        self.box.session = self

    async def run(self):
        await asyncio.Event().wait()

    def renew(self, why):
        self.box.changed(False, why)
        self.box.changed(True, None)

    async def send(self, topic, payload, first=False):
        self.sent += 1
        if not self.silent:
            loop = asyncio.get_running_loop()
            self._free_s = max(self._free_s, loop.time() + ROUND_TRIP_S / 2) + self.work_s
            assert len(messages.parse_batch(cose.open_mac0(KEY, payload, messages.AAD_UP))["records"]) == 1
            loop.call_at(self._free_s + ROUND_TRIP_S / 2, self._receipt, self.box._sent)

    def _receipt(self, last):
        self._seen = max(self._seen, last)
        receipt = messages.receipt(TERMINAL, 1, self._seen, [], 1, self.box._nonce)
        self.box.receive("", cose.mac0(KEY, receipt, b"", messages.AAD_DOWN))


async def emptied(line):
    """The outbox runs until everything is receipted."""
    task = asyncio.ensure_future(line.box.run())
    try:
        while line.journal.kept:
            await asyncio.sleep(0.05)
            assert not task.done(), task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def virtually(story):
    """Virtual seconds that the coroutine of `story` takes."""
    clock = Clock()
    with following(clock, bytes):
        VirtualLoop(clock).run_until_complete(story())
    return clock.now


def test_the_line_is_full():
    line = Line(Journal(RECORDS, SIZE))
    took_s = virtually(lambda: emptied(line))
    assert RECORDS / took_s >= 0.9 * WINDOW / ROUND_TRIP_S
    assert line.sent == RECORDS, "nothing is sent twice"


def test_a_host_that_is_slower_than_the_time_out_is_not_flooded():
    """Two seconds of work for each batch: a window of 16 would never have its receipts in 15 s."""
    line = Line(Journal(100, SIZE), work_s=2)
    took_s = virtually(lambda: emptied(line))
    assert line.sent <= 170 and took_s <= 2 * 100 * 1.7, (line.sent, took_s)


def test_after_a_minute_of_silence_the_line_fills_again():
    line = Line(Journal(RECORDS, SIZE))

    async def story():
        line.silent = True
        asyncio.get_running_loop().call_later(60, setattr, line, "silent", False)
        await emptied(line)

    took_s = virtually(story)
    assert line.sent <= RECORDS + WINDOW + 6, "the window, one probe, a quarter of it on a new connection"
    assert took_s <= 60 + 60 + 1.2 * RECORDS * ROUND_TRIP_S / WINDOW + 2, took_s
