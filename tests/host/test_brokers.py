# SPDX-License-Identifier: MIT
"""The MQTT client on each runtime against real brokers: amqtt, mosquitto, mosquitto with TLS, and hostile ones."""

import asyncio
import contextlib
import struct
from random import Random

import pytest
from brokers import Authority, Mosquitto, Probe, free_port, probe

from suanpan.host.broker import EmbeddedBroker
from suanpan.simulator.network import FaultyProxy

RUNTIMES = ("cpython", "micropython", "micropython32")
each_runtime = pytest.mark.parametrize("runtime", RUNTIMES)


@each_runtime
async def test_amqtt(runtime):
    broker = EmbeddedBroker()
    port = await broker.start()
    try:
        assert await probe(runtime, "exchange", port=port, n=100) == {"got": 100, "in_order": True}
    finally:
        await broker.stop()


@pytest.mark.needs("mosquitto")
@each_runtime
async def test_mosquitto(runtime, tmp_path):
    async with Mosquitto(tmp_path) as broker:
        assert await probe(runtime, "exchange", port=broker.port, n=300) == {"got": 300, "in_order": True}


@pytest.mark.fault("F12")
@pytest.mark.needs("mosquitto")
@each_runtime
async def test_a_sliced_and_slow_network_changes_nothing(runtime, tmp_path):
    async with Mosquitto(tmp_path) as broker:
        proxy = FaultyProxy("127.0.0.1", broker.port)
        await proxy.start()
        proxy.set(delay_ms=20, slice_bytes=3)
        assert await probe(runtime, "exchange", port=proxy.port, n=40) == {"got": 40, "in_order": True}
        await proxy.stop()


@pytest.mark.fault("F14")
@pytest.mark.needs("mosquitto")
@each_runtime
async def test_a_broker_that_dies_is_connected_to_again(runtime, tmp_path):
    port = free_port()
    async with Mosquitto(tmp_path, port) as broker, Probe(runtime, "reconnect", port=port) as run:
        assert (await run.line())["online"] is True
        await broker.kill()
        while (await run.line())["online"]:
            pass
        async with Mosquitto(tmp_path, port):
            while not (await run.line())["online"]:
                pass


@pytest.mark.fault("F11")
@pytest.mark.needs("mosquitto")
@each_runtime
async def test_a_black_hole_is_found_within_one_and_a_half_keep_alives(runtime, tmp_path):
    async with Mosquitto(tmp_path) as broker:
        proxy = FaultyProxy("127.0.0.1", broker.port)
        await proxy.start()
        async with Probe(runtime, "silence", port=proxy.port, keepalive_s=2) as run:
            assert (await run.line())["connected"]
            proxy.set(blackhole=True)
            end = await run.line()
        await proxy.stop()
    assert end["reason"] == "MqttClosed" and end["ms"] <= 3000


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """Certificates of a right and a wrong authority, and the lines for mosquitto."""
    folder = tmp_path_factory.mktemp("papers")
    right, wrong = Authority(folder, "right"), Authority(folder, "wrong")
    servers = {
        "good": right.issue("good", ("localhost", "127.0.0.1")),
        "expired": right.issue("expired", ("localhost",), days=1),
        "elsewhere": right.issue("elsewhere", ("elsewhere.example",)),
        "stranger": wrong.issue("stranger", ("localhost",)),
    }
    terminal, forged = right.issue("terminal"), wrong.issue("forged")
    return {"ca": right.path, "servers": servers, "terminal": terminal, "forged": forged}


def tls_lines(papers, server="good", mutual=False):
    paper = papers["servers"][server]
    lines = f"cafile {papers['ca']}\ncertfile {paper['cert']}\nkeyfile {paper['key']}\n"
    return lines + ("require_certificate true\n" if mutual else "")


@pytest.mark.needs("mosquitto")
@each_runtime
async def test_tls_with_the_right_papers(runtime, tmp_path, papers):
    async with Mosquitto(tmp_path, lines=tls_lines(papers, mutual=True)) as broker:
        options = {
            "port": broker.port,
            "n": 100,
            "ca": papers["ca"],
            "name": "localhost",
            **papers["terminal"],
        }
        assert await probe(runtime, "exchange", **options) == {"got": 100, "in_order": True}


@pytest.mark.needs("mosquitto")
@each_runtime
@pytest.mark.parametrize("server", ["expired", "elsewhere", "stranger"])
async def test_a_broker_with_wrong_papers_is_refused(runtime, server, tmp_path, papers):
    async with Mosquitto(tmp_path, lines=tls_lines(papers, server)) as broker:
        said = await probe(runtime, "exchange", port=broker.port, n=1, ca=papers["ca"], name="localhost")
    assert (said.get("error"), said.get("reason")) == ("link", "tls"), said


@pytest.mark.needs("mosquitto")
@each_runtime
@pytest.mark.parametrize("client", ["none", "forged"])
async def test_a_terminal_without_a_right_certificate_is_refused(runtime, client, tmp_path, papers):
    own = papers["forged"] if client == "forged" else {}
    async with Mosquitto(tmp_path, lines=tls_lines(papers, mutual=True)) as broker:
        options = {"port": broker.port, "n": 1, "ca": papers["ca"], "name": "localhost", **own}
        said = await probe(runtime, "exchange", **options)
    assert said.get("error") == "link" and said["reason"] in ("tls", "closed"), said


@each_runtime
async def test_tls_towards_a_broker_without_it_is_refused(runtime, papers):
    broker = EmbeddedBroker()
    port = await broker.start()
    try:
        said = await probe(runtime, "exchange", port=port, n=1, ca=papers["ca"], name="localhost")
    finally:
        await broker.stop()
    assert said.get("error") == "link" and said["reason"] in ("tls", "closed", "timeout"), said


HELLO = b"\x20\x02\x00\x00"
CORPUS = (
    b"",
    b"\x20",
    b"\x20\x02\x00",
    b"\x20\x7f",
    b"\xff" * 64,
    b"\x00" * 64,
    b"HTTP/1.1 400 Bad Request\r\n\r\n",
    b"\x20\xff\xff\xff\xff\xff\xff\xff\x7f",
    b"\x30\x04\x00\x01ax",
    HELLO + b"\x30\xff\xff\xff\x7f" + b"a" * 5000,
    HELLO + b"\x30\xff\xff\xff\xff\xff",
    HELLO + b"\x32\x05\x00\x01a\x00\x00",
    HELLO + b"\x34\x06\x00\x01a\x00\x01x",
    HELLO + b"\x30\x06\x00\xffabcd",
    HELLO + b"\x30\x03\x00\x01#",
    HELLO + b"\x30\x03\x00\x01\xc0",
    HELLO + b"\x40\x02\x12\x34",
    HELLO + b"\x90\x03\x00\x01\x00",
    HELLO + b"\xd0\x05abcde",
    HELLO + HELLO,
    HELLO + b"\x30\x0a\x00\x01abc",
)


async def serve_hostile(said):
    """A server that answers each CONNECT with the next of `said` and closes; its port and the server."""
    queue = list(said)

    async def serve(reader, writer):
        await reader.read(200)
        writer.write(queue.pop(0))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


def fuzz(seed, count):
    """CORPUS entries with bytes changed; no message in them is whole, so nothing may be delivered."""
    random = Random(seed)
    for _ in range(count):
        data = bytearray(HELLO + struct.pack(">BB", random.choice((0x30, 0x32, 0x40, 0x90, 0xD0)), 0x7F))
        data += random.randbytes(random.randrange(60))
        yield bytes(data)


@pytest.mark.fault("F18")
@each_runtime
async def test_hostile_brokers_cost_neither_time_nor_memory_nor_a_false_delivery(runtime):
    said = [*CORPUS, *fuzz(1, 60)]
    server, port = await serve_hostile(said)
    result = await probe(runtime, "hostile", port=port, times=len(said))
    server.close()
    assert result["ended"] == len(said) and result["delivered"] == 0 and result["slowest_ms"] < 1000, result


async def serve_flood(reader, writer):
    """Well-formed messages without end."""
    writer.write(HELLO)
    with contextlib.suppress(ConnectionError):
        while True:
            writer.write(b"\x30\x04\x00\x01ax" * 500)
            await writer.drain()


@pytest.mark.fault("F18")
@each_runtime
async def test_a_broker_that_never_stops_sending_starves_nobody(runtime):
    server = await asyncio.start_server(serve_flood, "127.0.0.1", 0)
    result = await probe(runtime, "flooded", port=server.sockets[0].getsockname()[1])
    server.close()
    assert result["delivered"] > 100 and result["gap_ms"] < 1000, result
