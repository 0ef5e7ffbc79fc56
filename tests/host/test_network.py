# SPDX-License-Identifier: MIT
"""The faulty network: each fault does what its name says, and what crossed can be read back."""

import asyncio
import contextlib
import socket
import time

import pytest

from suanpan.simulator import capture
from suanpan.simulator.network import FaultyProxy

WAIT_S = 5


class Echo:
    """A server that sends everything back."""

    async def __aenter__(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def _serve(self, reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    async def __aexit__(self, *error):
        self.server.close()


async def through(proxy, data):
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(data)
    try:
        return await asyncio.wait_for(reader.readexactly(len(data)), WAIT_S)
    finally:
        writer.transport.abort()


async def test_who_connects_in_the_moment_in_which_the_network_goes_down_is_no_error():
    """His connection is reported by the selector in the same turn of the loop, behind the one who takes it down."""
    errors = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: errors.append(context))
    proxy = FaultyProxy("127.0.0.1", 1)
    await proxy.start()
    await asyncio.sleep(0)
    with socket.create_connection(("127.0.0.1", proxy.port), WAIT_S):
        await asyncio.sleep(0)
        proxy.set(state="down")
        await asyncio.sleep(0)
    await proxy.stop()
    assert not errors


async def test_what_crossed_is_in_the_capture(tmp_path):
    async with Echo() as echo:
        proxy = FaultyProxy("127.0.0.1", echo.port, capture=tmp_path / "mqtt.bin")
        await proxy.start()
        proxy.set(slice_bytes=7)
        data = bytes(range(256)) * 20
        assert await through(proxy, data) == data
        await proxy.stop()
    assert capture.stream(tmp_path / "mqtt.bin", 1, capture.UP) == data
    assert capture.stream(tmp_path / "mqtt.bin", 1, capture.DOWN) == data
    assert (
        max(len(f.payload) for f in capture.frames(tmp_path / "mqtt.bin") if f.direction != capture.EVENT)
        == 7
    )
    assert proxy.stats["bytes_up"] == len(data)


async def test_the_delay_counts_in_each_direction_and_does_not_limit_the_rate():
    async with Echo() as echo:
        proxy = FaultyProxy("127.0.0.1", echo.port)
        await proxy.start()
        proxy.set(delay_ms=50)
        start = time.monotonic()
        await through(proxy, bytes(100_000))
        assert 0.1 <= time.monotonic() - start < 0.4
        await proxy.stop()


async def test_down_refuses_and_resets_and_up_has_the_same_port():
    async with Echo() as echo:
        proxy = FaultyProxy("127.0.0.1", echo.port)
        port = await proxy.start()
        reader, _ = await asyncio.open_connection("127.0.0.1", port)
        proxy.set(state="down")
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(reader.read(1), WAIT_S)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        proxy.set(state="up")
        assert await through(proxy, b"again") == b"again"
        await proxy.stop()


async def test_a_black_hole_accepts_swallows_and_resets_what_has_a_hole():
    async with Echo() as echo:
        proxy = FaultyProxy("127.0.0.1", echo.port)
        await proxy.start()
        old = await asyncio.open_connection("127.0.0.1", proxy.port)
        old[1].write(b"a")
        assert await asyncio.wait_for(old[0].readexactly(1), WAIT_S) == b"a"
        proxy.set(blackhole=True)
        new = await asyncio.open_connection("127.0.0.1", proxy.port)
        for _, writer in (old, new):
            writer.write(b"lost")
        while proxy.stats["swallowed"] < 8:
            await asyncio.sleep(0.01)
        proxy.set(blackhole=False)
        for reader, _ in (old, new):
            with pytest.raises(ConnectionResetError):
                await asyncio.wait_for(reader.read(1), WAIT_S)
        await proxy.stop()


async def test_loss_delays_and_repeats_from_its_seed():
    lost = []
    async with Echo() as echo:
        for _ in range(2):
            proxy = FaultyProxy("127.0.0.1", echo.port, seed=5)
            await proxy.start()
            proxy.set(loss=0.2)
            reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
            for number in range(8):  # one segment at a time, so that both runs draw alike
                writer.write(bytes((number,)))
                assert await asyncio.wait_for(reader.readexactly(1), WAIT_S) == bytes((number,))
            writer.transport.abort()
            await proxy.stop()
            lost.append(proxy.stats["lost"])
    assert lost[0] == lost[1] > 0


@pytest.mark.fault("F12")
@pytest.mark.parametrize("at", [1, 5, 9])
async def test_a_cut_falls_after_exactly_that_many_bytes(at):
    async with Echo() as echo:
        proxy = FaultyProxy("127.0.0.1", echo.port)
        await proxy.start()
        proxy.set(cut_after=at)
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await through(proxy, b"0123456789")
        assert proxy.stats["bytes_up"] + proxy.stats["bytes_down"] == at
        await proxy.stop()


async def test_an_unreachable_broker_ends_the_connection():
    async with Echo() as echo:
        port = echo.port
    proxy = FaultyProxy("127.0.0.1", port)
    await proxy.start()
    reader, _ = await asyncio.open_connection("127.0.0.1", proxy.port)
    with contextlib.suppress(ConnectionResetError):
        assert await asyncio.wait_for(reader.read(1), WAIT_S) == b""
    await proxy.stop()
