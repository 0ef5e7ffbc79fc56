# SPDX-License-Identifier: MIT
"""TCP as a terminal sees it: delayed, sliced, reset at any byte, half-open. Bytes keep their order, or end."""

import asyncio
from collections.abc import Callable

from pos.net.errors import LinkError

RESET = 104  # ECONNRESET
_ORDER_S = 1e-5  # timers that are due together come in any order


class Weather:
    """How the network between one terminal and the broker is; `partition` and `black_hole` are lifted again."""

    def __init__(self) -> None:
        self.delay_ms = (5, 60)
        self.sliced = False
        self.partition = False  # refused at once
        self.black_hole = False  # swallows everything and says nothing


class Way:
    """One direction: what is written arrives at `sink` later, in order; never when the connection has ended."""

    def __init__(self, world, weather: Weather, sink: Callable[[bytes], None]) -> None:
        self._world, self._weather, self._sink = world, weather, sink
        self._last_at = 0.0
        self.open = True

    def write(self, data: bytes) -> None:
        if not self.open or self._weather.black_hole:
            return
        random = self._world.random
        cuts = sorted(random.randrange(len(data) + 1) for _ in range(2)) if self._weather.sliced else ()
        for start, end in zip((0, *cuts), (*cuts, len(data)), strict=True):
            if start < end:
                self._later(data[start:end])

    def _later(self, piece: bytes) -> None:
        delay_s = self._world.random.randint(*self._weather.delay_ms) / 1000
        self._last_at = max(self._last_at + _ORDER_S, self._world.loop.time() + delay_s)
        self._world.at(self._last_at, self._arrive, piece)

    def _arrive(self, piece: bytes) -> None:
        if self.open and not self._weather.black_hole:
            self._sink(piece)


class Streams:
    """Reader and writer of the terminal's end, as `pos.compat` uses them on CPython."""

    def __init__(self, up: Way) -> None:
        self._up = up
        self._arrived = bytearray()
        self._waiting: asyncio.Future | None = None
        self._ended = False
        self.transport = self
        self.on_abort: Callable[[], None] = lambda: None

    def take(self, data: bytes) -> None:
        """Bytes from the broker."""
        self._arrived += data
        self._wake()

    def end(self) -> None:
        """The connection was reset."""
        self._ended = True
        self._wake()

    def _wake(self) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    async def read(self, most: int) -> bytes:
        while not self._arrived and not self._ended:
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        data = bytes(self._arrived[:most])
        del self._arrived[:most]
        return data

    def write(self, data: bytes) -> None:
        if self._ended:
            raise OSError(RESET, "reset by the peer")
        self._up.write(bytes(data))

    async def drain(self) -> None:
        await asyncio.sleep(0)

    def abort(self) -> None:
        self.end()
        self.on_abort()


class Connection:
    """Terminal's streams, and the broker's end of them."""

    def __init__(self, world, weather: Weather, terminal: str) -> None:
        self.terminal = terminal
        self.client = ""  # set by CONNECT
        self.buffer = bytearray()  # of the broker's parser
        self.last_id = 0
        self._world = world
        self._up = Way(world, weather, lambda data: world.broker.receive(self, data))
        self.streams = Streams(self._up)
        self.down = Way(world, weather, self.streams.take)
        self.streams.on_abort = self._left

    @property
    def open(self) -> bool:
        return self.down.open

    def _left(self) -> None:
        """The terminal has hung up; what it wrote before may still arrive, then the broker notices."""
        self._world.later(self._world.random.randint(1, 400), self.sever)

    def sever(self) -> None:
        """The connection is gone for both; nobody hears of it by itself."""
        self._up.open = self.down.open = False

    def reset(self) -> None:
        """Gone, and the terminal is told."""
        self.sever()
        self.streams.end()


class Link:
    """`link.open` of one terminal."""

    def __init__(self, world, weather: Weather, terminal: str) -> None:
        self._world, self._weather, self._terminal = world, weather, terminal
        self.connection: Connection | None = None

    async def open(self, _host, _port, _tls=None, _name=None, timeout_ms=10000):
        """Streams to the broker. LinkError as TcpLink raises it."""
        if self._weather.black_hole:
            await asyncio.sleep(timeout_ms / 1000)
            raise LinkError("timeout", "no connection")
        await asyncio.sleep(self._world.random.randint(*self._weather.delay_ms) / 500)
        if self._weather.partition or not self._world.broker.up:
            raise LinkError("refused", "nobody listens")
        self.connection = Connection(self._world, self._weather, self._terminal)
        return self.connection.streams, self.connection.streams
