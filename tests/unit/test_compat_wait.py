# SPDX-License-Identifier: MIT
"""Waiting with a deadline: result, time-out, and a cancellation that meets the result."""

import asyncio

from expect import raises_async
from pos.compat import sleep_ms, wait_for_ms


async def value():
    await sleep_ms(1)
    return 7


async def test_the_result_in_time():
    assert await wait_for_ms(value(), 1000) == 7


async def test_the_time_out():
    await raises_async(asyncio.TimeoutError, wait_for_ms(asyncio.Event().wait(), 5))


async def test_a_cancellation_that_meets_the_result_is_not_lost():
    event = asyncio.Event()

    async def forever():
        while True:
            event.clear()
            await wait_for_ms(event.wait(), 1000)

    task = asyncio.create_task(forever())
    await sleep_ms(5)
    event.set()
    await asyncio.sleep(0)
    task.cancel()
    for _ in range(100):
        await sleep_ms(1)
        if task.done():
            return
    raise AssertionError("the task goes on")
