# SPDX-License-Identifier: MIT
"""The session between connections: a pause with jitter, cut short for whoever waits."""

import asyncio

from pos.compat import ticks_add, ticks_ms
from pos.net.backoff import Backoff
from pos.net.session import Session


def long_ago():
    """More than half the range of `ticks_diff`, which is negative then: a week, in two steps that it takes."""
    return ticks_add(ticks_add(ticks_ms(), -300_000_000), -300_000_000)


async def pause_of_one_who_hurries(started):
    session = Session(None, "t", Backoff(lambda n: n - 1), None)
    pause = asyncio.create_task(session._pause(60_000, started))
    await asyncio.sleep(0)
    session.hurry()
    await asyncio.wait_for(pause, 5)


async def test_haste_cuts_the_pause_short():
    await pause_of_one_who_hurries(ticks_add(ticks_ms(), -2000))


async def test_f10_after_a_connection_of_a_week_haste_is_no_pause_of_days():
    await pause_of_one_who_hurries(long_ago())
