# SPDX-License-Identifier: MIT
"""Keeps one MQTT connection alive: connect, subscribe, wait for its end, pause with jitter, again.

Network trouble never leaves `run`; a fault of the application in a callback does.
"""

import asyncio

from pos import compat
from pos.net.errors import LinkError, MqttClosed, MqttError

# A connection that lasted this long ends the back-off; two rivals for one identity never get here.
_STEADY_MS = 10000
_HURRY_MS = 1000  # shortest time between attempts, whoever asks for haste


class Session:
    """`on_change(online, reason)` is called at each change; `reason` also stands in `.reason`."""

    def __init__(self, client, topic, backoff, on_change):
        self._client = client
        self._topic = topic
        self._backoff = backoff
        self._on_change = on_change
        self._haste = asyncio.Event()
        self.online = False
        self.reason = None

    async def run(self):
        """Until cancelled."""
        try:
            while True:
                started = compat.ticks_ms()
                await self._once()
                lasted_ms = compat.ticks_diff(compat.ticks_ms(), started)
                if not 0 <= lasted_ms < _STEADY_MS:  # negative after six days: ticks come round
                    self._backoff.reset()
                await self._pause(self._backoff.next_ms(), started)
        finally:
            self._set(False, self.reason)
            self._client.abort()

    def hurry(self):
        """Somebody waits for the network: cut the pause between attempts short."""
        self._haste.set()

    def renew(self, why):
        """End this connection; the next one follows as after any other end."""
        self._client.abort(MqttClosed(why))

    async def send(self, topic, payload, first=False):
        """Hand a message to the operating system; it is not sent again after a reconnect.

        `first` overtakes what still waits here. MqttClosed when offline.
        """
        if not self.online:
            raise MqttClosed("offline")
        await self._client.publish_soon(topic, payload, keep=False, first=first)
        await self._client.flush()

    async def _once(self):
        """One connection from its beginning to its end."""
        try:
            await self._client.connect()
            await self._client.subscribe(self._topic, 0)  # what is lost is asked for again
        except (LinkError, MqttError, MemoryError) as error:
            self._client.abort()
            self._set(False, error)
            return
        self._set(True, None)
        reason = await self._client.wait_closed()
        self._set(False, reason)
        if reason and not isinstance(reason, (LinkError, MqttError, MemoryError)):
            raise reason

    def _set(self, online, reason):
        changed = online != self.online or str(reason) != str(self.reason)
        self.online, self.reason = online, reason
        if changed:
            self._on_change(online, reason)

    async def _pause(self, pause_ms, started):
        self._haste.clear()
        try:
            await compat.wait_for_ms(self._haste.wait(), pause_ms)
        except asyncio.TimeoutError:
            return
        spent_ms = compat.ticks_diff(compat.ticks_ms(), started)
        if 0 <= spent_ms < _HURRY_MS:  # negative as above: else the pause would be one of days
            await compat.sleep_ms(_HURRY_MS - spent_ms)
