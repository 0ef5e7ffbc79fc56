# SPDX-License-Identifier: MIT
"""Packets over one pair of streams until it ends: a reader, a writer and a keep-alive task (MQTT 3.1.1, 3.1.2.10).

One writer task owns the stream, so a cancelled caller never leaves half a packet on the wire.
"""

import asyncio

from pos import compat
from pos.net import packet
from pos.net.errors import MqttClosed
from pos.net.link import named

_PING_AT = 90  # percent of the keep-alive without a packet heard or sent, then PINGREQ
_DEAD_AT = 140  # percent of the keep-alive without a packet heard: half-open
_MOST_UNSENT = 64  # packets; who sends and does not read is not read either, for each PUBACK takes memory


class Connection:
    """`on_packet(head, body)` for each packet; `on_closed(reason)` once, reason None after a wanted end."""

    def __init__(self, streams, on_packet, on_closed, max_packet, keepalive_ms):
        self._reader, self._writer = streams
        self._on_packet = on_packet
        self._on_closed = on_closed
        self._parser = packet.Parser(max_packet)
        self._keepalive_ms = keepalive_ms
        self._heard = self._said = compat.ticks_ms()
        self._pinged = False
        self._calling = False
        self._outgoing = []
        self._wake = asyncio.Event()
        self._flushed = asyncio.Event()
        self._tasks = []
        self.open = True

    def start(self):
        parts = [self._read, self._write]
        if self._keepalive_ms:
            parts.append(self._watch)
        self._tasks = [asyncio.create_task(self._guard(part)) for part in parts]

    def send(self, data, first=False):
        """Queue one packet; `first` puts it before what is queued, though not before what is being written."""
        self._outgoing.insert(0 if first else len(self._outgoing), data)
        self._flushed.clear()
        self._wake.set()

    @property
    def unsent(self):
        """Packets that wait for the writer."""
        return len(self._outgoing)

    async def flush(self):
        """Wait until everything queued is with the operating system, or the connection has ended."""
        await self._flushed.wait()

    def close(self, reason=None):
        """End the connection. Safe to call again and from its own callbacks."""
        if not self.open:
            return
        self.open = False
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()
        compat.hang_up(self._writer)
        self._outgoing.clear()
        self._flushed.set()
        self._on_closed(reason)

    async def _guard(self, part):
        try:
            await part()
        except Exception as error:  # noqa: BLE001 whatever ends a part ends the connection and is its reason
            self.close(self._reason(error))

    def _reason(self, error):
        """Stream errors are named after their layer; a callback's error stays what it is."""
        if not self._calling and isinstance(error, (OSError, EOFError, ValueError)):
            return named(error)
        return error

    async def _read(self):
        buffer = bytearray(256)
        view = memoryview(buffer)
        while self.open:
            count = await compat.read_into(self._reader, buffer)
            if count is None:
                continue
            if not count:
                raise EOFError
            self._heard = compat.ticks_ms()
            self._pinged = False
            self._calling = True
            for head, body in self._parser.feed(view[:count]):
                self._on_packet(head, body)
                if not self.open:
                    return
            self._calling = False
            if self.unsent > _MOST_UNSENT:
                await self.flush()
            elif count == len(buffer):
                await asyncio.sleep(0)  # there may be more without end: the others have their turn

    async def _write(self):
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._outgoing:
                self._writer.write(self._outgoing.pop(0))
                self._said = compat.ticks_ms()
                await self._writer.drain()
            self._flushed.set()

    async def _watch(self):
        ping_at = self._keepalive_ms * _PING_AT // 100
        dead_at = self._keepalive_ms * _DEAD_AT // 100
        while True:
            now = compat.ticks_ms()
            silent = compat.ticks_diff(now, self._heard)
            idle = compat.ticks_diff(now, self._said)
            if silent >= dead_at:
                raise MqttClosed("nothing heard for %d ms: the link is half-open" % silent)
            if not self._pinged and max(silent, idle) >= ping_at:
                self._pinged = True
                self.send(packet.PINGREQ)
            pause = dead_at - silent if self._pinged else ping_at - max(silent, idle)
            await compat.sleep_ms(max(pause, 1))
