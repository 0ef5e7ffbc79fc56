# SPDX-License-Identifier: MIT
"""A session that does not come up, or is interrupted while it does, ends without a trace and says why."""

import asyncio

import pytest

from suanpan.errors import Failure
from suanpan.simulator.session import Session
from suanpan.simulator.surroundings import Surroundings
from suanpan.simulator.waiting import finished


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
