# SPDX-License-Identifier: MIT
"""Two stream ends joined in memory, with what each runtime's asyncio streams offer; and a scripted broker."""

import asyncio

from pos.net.errors import LinkError


class End:
    """Reader and writer in one, as MicroPython's streams are; `transport` and `s` serve `compat.hang_up`."""

    def __init__(self):
        self.peer = None
        self.buffer = bytearray()
        self.ended = False
        self.writes = []
        self._news = asyncio.Event()
        self.s = self.transport = self

    async def read(self, n):
        while not self.buffer and not self.ended:
            self._news.clear()
            await self._news.wait()
        data = bytes(self.buffer[:n])
        self.buffer = self.buffer[n:]
        return data

    async def readinto(self, buf):
        data = await self.read(len(buf))
        buf[: len(data)] = data
        return len(data)

    async def readexactly(self, n):
        data = b""
        while len(data) < n:
            more = await self.read(n - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def write(self, data):
        if self.ended:
            raise OSError(104, "ECONNRESET")
        self.writes.append(bytes(data))
        self.peer.buffer += data
        self.peer._news.set()

    async def drain(self):
        await asyncio.sleep(0)

    def close(self):
        for end in (self, self.peer):
            end.ended = True
            end._news.set()

    abort = close


def pair():
    """Two joined ends."""
    a, b = End(), End()
    a.peer, b.peer = b, a
    return a, b


async def turns(count=50):
    """Everyone who can do something does it, so many times."""
    for _ in range(count):
        await asyncio.sleep(0)


class ScriptedLink:
    """`link.open` for a client; each call hands the far end to the next
    `async def script(broker)`, and refuses when none is left."""

    def __init__(self, *scripts):
        self.scripts = list(scripts)
        self.tasks = []
        self.ends = []

    async def open(self, host, port, tls=None, server_hostname=None, timeout_ms=0):
        if not self.scripts:
            raise LinkError("refused", "no script left")
        near, far = pair()
        self.ends.append(near)
        self.tasks.append(asyncio.create_task(self._serve(self.scripts.pop(0), far)))
        return near, near

    async def _serve(self, script, far):
        try:
            await script(Broker(far))
        except (EOFError, OSError):
            pass  # the client has left


class Broker:
    """The far end: reads packets, writes bytes."""

    def __init__(self, end):
        self.end = end

    async def packet(self):
        """Next (first byte, body) from the client."""
        head = (await self.end.readexactly(1))[0]
        size = shift = 0
        while True:
            byte = (await self.end.readexactly(1))[0]
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return head, await self.end.readexactly(size)

    async def welcome(self, connack=b"\x20\x02\x00\x00"):
        """Answer CONNECT; its body."""
        head, body = await self.packet()
        assert head == 0x10
        self.say(connack)
        return body

    def say(self, data):
        self.end.write(data)


def message(head, body):
    """(topic, packet identifier or None, payload) of a PUBLISH from the client."""
    assert head >> 4 == 3, head
    end = 2 + int.from_bytes(body[:2], "big")
    topic = str(body[2:end], "utf-8")
    if not head & 6:
        return topic, None, body[end:]
    return topic, int.from_bytes(body[end : end + 2], "big"), body[end + 2 :]


def puback(number):
    return b"\x40\x02" + number.to_bytes(2, "big")
