# SPDX-License-Identifier: MIT
"""QoS 1 over a 100 ms round trip on `micropython`: our window of 16 against stop-and-wait (umqtt.simple).

Broker: mosquitto on a path that delays every packet (delayed_path.py). Where that cannot be made, or without mosquitto,
the delay comes from the simulator's proxy, which acknowledges TCP at once: that spares the peer what its several
writes for a packet cost on a real path, a second round trip (Nagle, RFC 896).
"""

import asyncio
import json
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

import peers
from delayed_path import FAR, NEAR, delayed_path, refusal
from figures import Figure, median, ratio, spread
from launcher import LIMIT_S, command
from steal import stolen_ms, undisturbed

from suanpan.host.broker import EmbeddedBroker
from suanpan.simulator.network import FaultyProxy

sys.path.append(str(Path(__file__).parent.parent))
sys.path.append(str(Path(__file__).parent.parent / "host"))

ONE_WAY_MS, WINDOW = 50, 16
RECORD, PER_BATCH = 200, 7
OURS, THEIRS, REPEATS = 320, 12, 3
QUICK = "set_tcp_nodelay true\n"  # else mosquitto's acknowledgements wait for delayed ACKs, docs/mqtt.md
PORT = 1883  # free in a namespace of its own
LIMIT_PER_S = WINDOW * 1000 / (2 * ONE_WAY_MS)


def figures() -> list[Figure]:
    return asyncio.run(measured())


async def measured() -> list[Figure]:
    async with delayed_broker() as (*address, broker):
        single, batched, theirs, waiting = [], [], [], []
        has_peer = peers.has("umqtt.simple")
        for _ in range(REPEATS):
            single.append(await publish("ours", address, OURS, RECORD))
            batched.append(await publish("ours", address, OURS, RECORD * PER_BATCH))
            waiting.append(await publish("single", address, THEIRS, RECORD))
            if has_peer:
                theirs.append(await publish("peer", address, THEIRS, RECORD))
    return [*summed(single, batched, theirs, broker), against_waiting(single, waiting, broker)]


def against_waiting(window: list[dict], waiting: list[dict], broker: str) -> Figure:
    """The peer that every machine has: the same client, which waits for each acknowledgement."""
    ours, theirs = (median([run["per_s"] for run in runs]) for runs in (window, waiting))
    name = "QoS 1 records/s vs the same client, one at a time"
    return Figure(name, "1/s", ours, theirs, ratio(ours, theirs), "", str(WINDOW), broker)


def summed(single: list[dict], batched: list[dict], theirs: list[dict], broker: str) -> list[Figure]:
    note = broker if theirs else f"{broker}; peer absent: PEERS=folder with umqtt"
    rates = [run["per_s"] for run in single]
    records = [run["per_s"] * PER_BATCH for run in batched]
    share = median(rates) / LIMIT_PER_S
    return [
        rate("QoS 1 records/s, 100 ms round trip, window 16", rates, theirs, "≥ 30", "38", note),
        Figure("share of window / round trip", "", share, None, None, "≥ 0.9", "1", note),
        rate("QoS 1 batched records/s", records, theirs, "≥ 150", "260", note),
        gap(single, batched, theirs, note),
    ]


def rate(name: str, rates: list[float], theirs: list[dict], reach: str, limit: str, note: str) -> Figure:
    ours, peer = median(rates), middle(theirs, "per_s")
    return Figure(name, "1/s", ours, peer, ratio(ours, peer), reach, limit, note, spread(rates))


def gap(single: list[dict], batched: list[dict], theirs: list[dict], note: str) -> Figure:
    gaps, disturbed = undisturbed([(run["gap_ms"], run["stolen_ms"]) for run in single + batched])
    name = "longest gap of a 10 ms ticker in sync"
    peer = middle(theirs, "gap_ms")
    return Figure(name, "ms", median(gaps), peer, None, "≤ 20 ms", "11 ms", note + disturbed, spread(gaps))


def middle(runs: list[dict], key: str) -> float | None:
    return median([run[key] for run in runs]) if runs else None


@asynccontextmanager
async def delayed_broker():
    """(host, port, note: which broker, which path)."""
    import system_packages

    real = system_packages.find("mosquitto")
    why = refusal() if real else "no mosquitto"
    with tempfile.TemporaryDirectory() as folder:
        async with behind_proxy(Path(folder), real, why) if why else on_path(Path(folder)) as found:
            yield found


@asynccontextmanager
async def on_path(folder: Path):
    from brokers import Mosquitto

    with delayed_path(2 * ONE_WAY_MS):
        async with Mosquitto(folder, lines=f"{QUICK}listener {PORT} {NEAR}\n"):
            yield FAR, PORT, "mosquitto, every packet delayed"


@asynccontextmanager
async def behind_proxy(folder: Path, real: bool, why: str):
    from brokers import Mosquitto

    async with Mosquitto(folder, lines=QUICK) if real else Embedded() as broker:
        proxy = FaultyProxy("127.0.0.1", broker.port)
        await proxy.start()
        proxy.set(delay_ms=ONE_WAY_MS)
        try:
            yield "127.0.0.1", proxy.port, f"{'mosquitto' if real else 'amqtt'}, delaying proxy ({why})"
        finally:
            await proxy.stop()


class Embedded(EmbeddedBroker):
    """The embedded broker as a context."""

    async def __aenter__(self):
        await self.start()
        return self

    async def __aexit__(self, *error):
        await self.stop()


async def publish(who: str, address: list, messages: int, size: int) -> dict:
    words = (who, *map(str, address), str(messages), str(size))
    started = command("micropython", "publish.py", words, who == "peer")
    stolen = stolen_ms()
    process = await asyncio.create_subprocess_exec(
        *started.argv, env=started.env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, error = await asyncio.wait_for(process.communicate(), LIMIT_S)
    if process.returncode:
        raise RuntimeError(f"publish.py {who} failed:\n{error.decode()[-2000:]}")
    return {**json.loads(out.splitlines()[-1]), "stolen_ms": stolen_ms() - stolen}
