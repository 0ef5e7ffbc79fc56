# SPDX-License-Identifier: MIT
"""FAULTS F10: the tick counter turns at 2**30 ms (12.4 days); four turns are the 49.7 days of 32 bits."""

from outbox_rig import KEY, TERMINAL, Journal
from pos import tasks
from pos.net.connection import Connection
from pos.net.errors import MqttClosed
from pos.net.outbox import Outbox
from pos.net.packet import PINGREQ
from ticks import TURN, Session, Ticks

WEEK_MS = 7 * 86_400_000
STARTS = (0, TURN // 2 - 500, TURN - 500, 4 * TURN - 500)


async def test_f10_a_half_open_link_is_found_on_time_while_the_ticks_turn():
    for start in STARTS:
        with Ticks(start) as ticks:
            link = Connection((None, None), None, None, 1024, 60_000)
            try:
                await link._watch()
            except MqttClosed:
                pass
            assert ticks.now_ms - start == 84_000, start
            assert link._outgoing == [PINGREQ]


async def test_f10_what_has_no_receipt_is_sent_again_on_time_while_the_ticks_turn():
    for start in STARTS:
        with Ticks(start) as ticks:
            box = Outbox(Journal(1), TERMINAL, KEY, receipt_ms=15_000)
            box.session = session = Session()
            await box._send_due()
            ticks.now_ms += 14_999
            await box._send_due()
            assert session.sent == 1, start
            ticks.now_ms += 1
            await box._send_due()
            assert session.sent == 2, start


async def pause_after(lasted_ms):
    """Seconds until a task that failed for the second time, after `lasted_ms`, is started again."""
    pauses = []
    runs = [0, lasted_ms, 0]

    with Ticks(TURN - 500, tasks) as ticks:

        async def task():
            if not runs:
                return
            ticks.now_ms += runs.pop(0)
            raise OSError

        async def pause(seconds):
            pauses.append(seconds)

        supervisor = tasks.Supervisor(_Log())
        before, tasks.asyncio = tasks.asyncio, _Clock(pause)
        try:
            await supervisor._ordinary("sync", task)
        finally:
            tasks.asyncio = before
    return pauses[2]


class _Clock:
    def __init__(self, sleep):
        self.sleep = sleep


class _Log:
    def failure(self, *what, **values):
        pass


async def test_f10_a_task_that_ran_well_before_it_failed_is_started_again_at_once():
    assert await pause_after(1000) == 4
    assert await pause_after(61_000) == 1
    assert await pause_after(WEEK_MS) == 1, "the ticks have come round"
