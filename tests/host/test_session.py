# SPDX-License-Identifier: MIT
"""A session that does not come up, or is interrupted while it does, ends without a trace and says why."""

import asyncio
import os
import threading
import time

import pytest

from pos.codec.records import PRINT
from pos.journal.devices import FileDevice
from pos.journal.journal import Journal
from suanpan.errors import Failure
from suanpan.simulator.books import Books
from suanpan.simulator.events import EventLog
from suanpan.simulator.ledger import JournalWatch
from suanpan.simulator.profile import Profile
from suanpan.simulator.session import Session
from suanpan.simulator.surroundings import Surroundings
from suanpan.simulator.waiting import finished, until


async def test_a_start_that_fails_tells_its_own_reason_and_may_be_stopped_again(tmp_path):
    session = Session(tmp_path / "terminal", runtime="cpython", host_db=str(tmp_path))
    with pytest.raises(Failure, match="does not open"):
        await session.start()
    await session.stop()


async def test_a_broker_interrupted_at_any_turn_of_its_start_can_be_stopped(tmp_path):
    for turns in range(12):
        surroundings = Surroundings(None, 1, tmp_path / "mqtt.bin")
        starting = asyncio.ensure_future(surroundings.start())
        for _ in range(turns):
            await asyncio.sleep(0)
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await surroundings.stop()


async def test_books_interrupted_while_they_open_are_waited_for(tmp_path, monkeypatch):
    """Else they make their folder again after it was removed."""
    opening, go = threading.Event(), threading.Event()

    def slow_host(*_arguments, **_options):
        opening.set()
        go.wait(10)

    monkeypatch.setattr("suanpan.host.Host", slow_host)
    starting = asyncio.ensure_future(Books("sqlite://", 1, EventLog()).start("mqtt://127.0.0.1:1"))
    await asyncio.to_thread(opening.wait, 10)
    starting.cancel()
    ended, _ = await asyncio.wait([starting], timeout=0.05)
    go.set()
    assert not ended
    with pytest.raises(asyncio.CancelledError):
        await starting


async def test_what_cannot_stop_half_way_is_finished_before_the_interruption_goes_on():
    done, go = [], asyncio.Event()

    async def work():
        await go.wait()
        done.append("work")

    waiting = asyncio.ensure_future(finished(work()))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.sleep(0)
    assert not waiting.done()
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert done == ["work"]


async def test_a_second_write_within_one_tick_of_the_file_system_is_seen(tmp_path):
    profile = Profile.open(tmp_path / "t")
    watch, stamp = (
        JournalWatch(profile.flash_path, EventLog()),
        time.time_ns() + 10**9,
    )  # not at rest, however slow this is
    os.utime(profile.flash_path, ns=(stamp, stamp))
    assert watch.read().records == []
    write_one_record(profile)
    os.utime(profile.flash_path, ns=(stamp, stamp))
    assert len(watch.read().records) == 1


def write_one_record(profile):
    device = FileDevice(str(profile.flash_path))
    journal = Journal(device)
    journal.recover()
    journal.append(PRINT, PRINT.values(of_epoch=journal.epoch, of_seq=1, copy=1), urgent=True)
    device.close()


async def test_an_interruption_in_the_turn_of_an_event_is_not_lost():
    """`asyncio.wait_for` of Python 3.11 swallows a cancellation that comes together with the result."""
    for turns in range(8):
        log = EventLog()
        waiting = asyncio.ensure_future(until(log, lambda: False, 60_000))
        await asyncio.sleep(0.01)
        log.emit("screen", {})
        for _ in range(turns):
            await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting], timeout=5)
        assert waiting.cancelled(), turns
