# SPDX-License-Identifier: MIT
"""FAULTS F10: the millisecond counter comes round (12.4 or 49.7 days); time-outs and keep-alive go on."""

import asyncio

from expect import raises_async
from pipe import ScriptedLink
from pos import compat
from pos.drivers.deadline import Deadline
from pos.net import connection
from pos.net.errors import MqttClosed
from pos.net.mqtt import Client


class JustBefore:
    """compat.ticks_ms comes round `left_ms` from now, for whoever reads it through the module."""

    def __init__(self, left_ms):
        self._left_ms = left_ms

    def __enter__(self):
        self._real = real = compat.ticks_ms
        wrap = compat.ticks_add(0, -1)
        start = real()

        def shifted():
            return compat.ticks_add(wrap, compat.ticks_diff(real(), start) - self._left_ms)

        compat.ticks_ms = shifted
        return self

    def __exit__(self, *error):
        compat.ticks_ms = self._real

    def over(self):
        """Has it come round?"""
        return compat.ticks_ms() < 60_000


async def pinged(broker):
    """A broker that answers pings for ever."""
    await broker.welcome()
    while True:
        head, _ = await broker.packet()
        if head == 0xC0:
            broker.pings = getattr(broker, "pings", 0) + 1
            broker.say(b"\xd0\x00")


async def silent(broker):
    await broker.welcome()
    while True:
        await broker.packet()


async def test_f10_a_living_link_lives_over_the_wrap():
    assert connection.compat is compat
    with JustBefore(500) as counter:
        c = Client("broker", keepalive_s=1, link=ScriptedLink(pinged))
        await c.connect()
        assert not counter.over()
        for _ in range(400):
            await compat.sleep_ms(5)
            if counter.over() and len(c._link.ends[0].writes) > 2:
                break
        assert counter.over() and c.connected
        c.abort()


async def test_f10_a_dead_link_is_found_over_the_wrap():
    with JustBefore(500) as counter:
        c = Client("broker", keepalive_s=1, link=ScriptedLink(silent))
        await c.connect()
        reason = await asyncio.wait_for(c.wait_closed(), 1.5)
        assert isinstance(reason, MqttClosed) and counter.over()


async def test_f10_a_time_out_ends_over_the_wrap():
    async def never():
        await asyncio.Event().wait()

    with JustBefore(20):
        await raises_async(asyncio.TimeoutError, compat.wait_for_ms(never(), 50))


def test_f10_a_deadline_that_lies_behind_the_wrap_has_not_passed():
    wrap = compat.ticks_add(0, -1)
    soon = compat.ticks_add(wrap, 500)
    assert soon < 1000 and compat.ticks_diff(soon, wrap) == 500 and compat.ticks_diff(wrap, soon) == -500
    assert not Deadline(1000).passed()
