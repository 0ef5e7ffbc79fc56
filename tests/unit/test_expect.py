# SPDX-License-Identifier: MIT
"""The test tools themselves, on every runtime: expected errors, asynchronous tests."""

import asyncio

from expect import raises, raises_async


def refuse(value):
    raise ValueError("refused " + value)


async def refuse_later():
    await asyncio.sleep(0)
    raise OSError(5, "EIO")


async def sleep_long():
    await asyncio.sleep(1)


def test_raises_hands_back_the_error():
    assert raises(ValueError, refuse, "this").args == ("refused this",)


def test_raises_fails_when_nothing_is_raised():
    raises(AssertionError, raises, ValueError, len, "")


async def test_an_asynchronous_test_runs_in_a_loop():
    error = await raises_async(OSError, refuse_later())
    assert error.errno == 5


async def test_each_asynchronous_test_has_a_fresh_loop():
    await raises_async(asyncio.TimeoutError, asyncio.wait_for(sleep_long(), 0))
