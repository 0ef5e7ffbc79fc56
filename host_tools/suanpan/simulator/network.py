# SPDX-License-Identifier: MIT
"""A TCP proxy that behaves like a bad network: down, slow, lossy, cut, sliced, or swallowing everything.

TCP hides lost packets, so `loss` acts as TCP would: each segment (1460 bytes) is lost with that probability
and arrives one retransmission time-out later (200 ms, doubled for each further loss); bytes behind it wait
(RFC 6298). After `RETRIES` losses of one segment the connection is reset. A black hole accepts and swallows;
connections that lost bytes in it are reset when it ends, as their streams have a hole.

Every random draw comes from the seed, the connection's number and the direction, so runs repeat.
"""

import asyncio
import contextlib
import socket
import struct
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from suanpan.simulator.capture import DOWN, EVENT, UP, Capture

SEGMENT = 1460
RTO_MS, RETRIES = 200, 6
QUEUED_BYTES = 1 << 20  # what one direction may hold back; more is left to the sender's TCP


class FaultyProxy:
    """`await start()` gives the port; `set(…)` changes the weather at any time, from the same event loop."""

    def __init__(
        self, target_host: str, target_port: int, seed: int = 1, capture: Path | str | None = None
    ) -> None:
        self.target = (target_host, target_port)
        self.seed = seed
        self.state, self.delay_ms, self.loss, self.blackhole = "up", 0, 0.0, False
        self.slice_bytes, self.cut_after = 0, None
        self.capture = Capture(capture)
        self.stats: Counter[str] = Counter()
        self.port = 0
        self._holder: socket.socket | None = None
        self._listener: socket.socket | None = None
        self._pairs: set[Pair] = set()
        self._numbers = 0

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen; the port stays reserved while the network is down."""
        self._holder = bound(host, port)
        self.port = self._holder.getsockname()[1]
        self._listen()
        return self.port

    async def stop(self) -> None:
        self._deafen()
        pairs = list(self._pairs)
        self.reset()
        await asyncio.gather(*(pair.ended() for pair in pairs))
        if self._holder:
            self._holder.close()
            self._holder = None
        self.capture.close()

    def set(
        self,
        state: str | None = None,
        delay_ms: int | None = None,
        loss: float | None = None,
        blackhole: bool | None = None,
        slice_bytes: int | None = None,
        cut_after: int | None = None,
    ) -> None:
        """Change what is given: state up|down (down refuses and resets), delay in each direction, loss 0…1,
        black hole, writes of at most slice_bytes (0: whole), reset once cut_after more bytes have crossed."""
        if state is not None and state not in ("up", "down"):
            raise ValueError(f"network state is up or down, not {state!r}")
        changes = {"delay_ms": delay_ms, "loss": loss, "slice_bytes": slice_bytes, "cut_after": cut_after}
        for name, value in changes.items():
            if value is not None:
                setattr(self, name, value)
        if blackhole is not None:
            self._set_blackhole(blackhole)
        if state is not None:
            self._set_state(state)
        self._note({"state": state, "blackhole": blackhole, **changes})

    def reset(self) -> None:
        """Reset every open connection on both sides."""
        for pair in list(self._pairs):
            pair.reset("reset")

    def _set_state(self, state: str) -> None:
        self.state = state
        if state == "down":
            self._deafen()
            self.reset()
        elif self._holder and not self._listener:
            self._listen()

    def _set_blackhole(self, on: bool) -> None:
        self.blackhole = on
        if not on:
            for pair in [pair for pair in self._pairs if pair.swallowed]:
                pair.reset("hole")

    def _listen(self) -> None:
        assert self._holder
        self._listener = bound(*self._holder.getsockname()[:2])
        self._listener.listen(128)
        # Not `sock_accept`: cancelled in the moment in which somebody connects, it fails in the loop.
        asyncio.get_running_loop().add_reader(self._listener, self._accept, self._listener)

    def _deafen(self) -> None:
        if self._listener:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
            self._listener = None

    def _accept(self, listener: socket.socket) -> None:
        try:
            connection, _ = listener.accept()
        except OSError:  # whoever it was is gone again
            return
        self._numbers += 1
        self.stats["connections"] += 1
        pair = Pair(self, self._numbers, connection)
        self._pairs.add(pair)
        pair.start()

    def _gone(self, pair: "Pair") -> None:
        self._pairs.discard(pair)

    def _note(self, changes: dict[str, Any]) -> None:
        given = {name: value for name, value in changes.items() if value is not None}
        self.capture.write(EVENT, 0, repr(given).encode())


def bound(host: str, port: int) -> socket.socket:
    """A socket bound with SO_REUSEADDR: a second one may bind the same port as long as one only listens."""
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setblocking(False)
    sock.bind((host, port))
    return sock


class Pair:
    """One client connection and its way to the broker."""

    def __init__(self, proxy: FaultyProxy, number: int, client: socket.socket) -> None:
        self.proxy, self.number = proxy, number
        self.swallowed = False
        self._sockets = [client]
        self._tasks: list[asyncio.Task[None]] = []
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def start(self) -> None:
        self._tasks = [asyncio.get_running_loop().create_task(self._run())]

    async def ended(self) -> None:
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def reset(self, why: str) -> None:
        """Close both sockets with RST."""
        self.proxy.stats["resets"] += 1
        self.proxy.capture.write(EVENT, self.number, why.encode())
        for sock in self._sockets:
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for task in self._tasks:
            task.cancel()

    async def _run(self) -> None:
        client = self._sockets[0]
        try:
            server = await self._reach()
            if server is None:
                return await self._swallow(client)
            ways = [Way(self, UP, client, server), Way(self, DOWN, server, client)]
            pumps = [asyncio.ensure_future(pump) for way in ways for pump in (way.take(), way.give())]
            self._tasks += pumps
            await asyncio.gather(*pumps)
        except OSError:
            self.proxy.stats["broken"] += 1
        finally:
            for task in self._tasks[1:]:
                task.cancel()
            for sock in self._sockets:
                sock.close()
            self.proxy._gone(self)

    async def _reach(self) -> socket.socket | None:
        """Connection to the broker; None in a black hole, where nothing answers."""
        if self.proxy.blackhole:
            return None
        host, port = self.proxy.target
        loop = asyncio.get_running_loop()
        family, kind, protocol, _, address = (await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM))[0]
        sock = socket.socket(family, kind, protocol)
        self._sockets.append(sock)
        sock.setblocking(False)
        await loop.sock_connect(sock, address)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    async def _swallow(self, client: socket.socket) -> None:
        self.swallowed = True
        while data := await asyncio.get_running_loop().sock_recv(client, 65536):
            self.proxy.stats["swallowed"] += len(data)


class Way:
    """One direction of a pair: `take` reads and says when each segment is due, `give` writes it then."""

    def __init__(self, pair: Pair, direction: int, source: socket.socket, sink: socket.socket) -> None:
        self.pair, self.proxy, self.direction = pair, pair.proxy, direction
        self.source, self.sink = source, sink
        self._random = Random(f"{self.proxy.seed}/{pair.number}/{direction}")
        self._queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        self._held = 0
        self._due = 0.0
        self._room = asyncio.Event()

    async def take(self) -> None:
        loop = asyncio.get_running_loop()
        while data := await loop.sock_recv(self.source, SEGMENT):
            if self.proxy.blackhole:
                self._swallow(data)
                continue
            self._due = max(self._due, time.monotonic() + self._travel_s())
            self._held += len(data)
            self._queue.put_nowait((self._due, data))
            while self._held > QUEUED_BYTES:
                self._room.clear()
                await self._room.wait()
        self._queue.put_nowait((self._due, b""))

    def _travel_s(self) -> float:
        """Time on the way: the delay, and the retransmissions of a lost segment."""
        wait_ms, retries = float(self.proxy.delay_ms), 0
        while self.proxy.loss and self._random.random() < self.proxy.loss:
            wait_ms += RTO_MS << retries
            retries += 1
            self.proxy.stats["lost"] += 1
            if retries > RETRIES:
                self.pair.reset("loss")
                break
        return wait_ms / 1000

    async def give(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due, data = await self._queue.get()
            pause = due - time.monotonic()
            if pause > 0:
                await asyncio.sleep(pause)
            if self.proxy.blackhole:
                self._swallow(data)
            elif data:
                await self._write(loop, data)
            else:
                with contextlib.suppress(OSError):
                    self.sink.shutdown(socket.SHUT_WR)
                return
            self._held -= len(data)
            self._room.set()

    def _swallow(self, data: bytes) -> None:
        """In a black hole not even the end of a stream arrives."""
        self.pair.swallowed = True
        self.proxy.stats["swallowed"] += len(data)

    async def _write(self, loop: asyncio.AbstractEventLoop, data: bytes) -> None:
        step = self.proxy.slice_bytes or len(data)
        for at in range(0, len(data), step):
            part = self._cut(data[at : at + step])
            self.proxy.capture.write(self.direction, self.pair.number, part)
            self.proxy.stats["bytes_up" if self.direction == UP else "bytes_down"] += len(part)
            await loop.sock_sendall(self.sink, part)
            if self.proxy.slice_bytes:
                await asyncio.sleep(0)
            if self.proxy.cut_after == 0:
                self.proxy.cut_after = None
                self.pair.reset("cut")
                await asyncio.sleep(0)

    def _cut(self, part: bytes) -> bytes:
        """What may still cross before the cut."""
        if self.proxy.cut_after is None:
            return part
        part = part[: self.proxy.cut_after]
        self.proxy.cut_after -= len(part)
        return part
