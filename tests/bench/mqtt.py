# SPDX-License-Identifier: MIT
"""QoS 1 over a 100 ms round trip on `micropython`: our window of 16 against stop-and-wait (umqtt.simple).

Broker: mosquitto if installed, else the embedded one; the delay comes from the simulator's proxy. The proxy
acknowledges TCP at once, so the peer is spared what its several writes per packet cost on a real path: a second
round trip (Nagle, RFC 896), which halves its rate.
"""

import asyncio
import json
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

import peers
from figures import Figure, median, ratio, spread
from launcher import LIMIT_S, command

from suanpan.host.broker import EmbeddedBroker
from suanpan.simulator.network import FaultyProxy

sys.path.append(str(Path(__file__).parent.parent))
sys.path.append(str(Path(__file__).parent.parent / "host"))

ONE_WAY_MS, WINDOW = 50, 16
RECORD, PER_BATCH = 200, 7
OURS, THEIRS, REPEATS = 320, 12, 3
QUICK = "set_tcp_nodelay true\n"  # else mosquitto's acknowledgements wait for delayed ACKs, docs/mqtt.md
LIMIT_PER_S = WINDOW * 1000 / (2 * ONE_WAY_MS)


def figures() -> list[Figure]:
    return asyncio.run(measured())


async def measured() -> list[Figure]:
    async with delayed_broker() as (port, broker):
        single, batched, theirs, waiting = [], [], [], []
        has_peer = peers.has("umqtt.simple")
        for _ in range(REPEATS):
            single.append(await publish("ours", port, OURS, RECORD))
            batched.append(await publish("ours", port, OURS, RECORD * PER_BATCH))
            waiting.append(await publish("single", port, THEIRS, RECORD))
            if has_peer:
                theirs.append(await publish("peer", port, THEIRS, RECORD))
    return [*summed(single, batched, theirs, broker), against_waiting(single, waiting, broker)]


def against_waiting(window: list[dict], waiting: list[dict], broker: str) -> Figure:
    """The peer that every machine has: the same client, which waits for each acknowledgement."""
    ours, theirs = (median([run["per_s"] for run in runs]) for runs in (window, waiting))
    name = "QoS 1 records/s vs the same client, one at a time"
    return Figure(name, "1/s", ours, theirs, ratio(ours, theirs), "", str(WINDOW), broker)


def summed(single: list[dict], batched: list[dict], theirs: list[dict], broker: str) -> list[Figure]:
    def pick(runs, key):
        return median([run[key] for run in runs]) if runs else None

    note = broker if theirs else f"{broker}; peer absent: PEERS=folder with umqtt"
    rate, peer = pick(single, "per_s"), pick(theirs, "per_s")
    records = pick(batched, "per_s") * PER_BATCH
    rates, batches = ([run["per_s"] for run in runs] for runs in (single, batched))
    gap = max(pick(single, "gap_ms"), pick(batched, "gap_ms"))
    share = rate / LIMIT_PER_S
    return [
        Figure(
            "QoS 1 records/s, 100 ms round trip, window 16",
            "1/s",
            rate,
            peer,
            ratio(rate, peer),
            "≥ 30",
            "38",
            note,
            spread(rates),
        ),
        Figure("share of window / round trip", "", share, None, None, "≥ 0.9", "1", note),
        Figure(
            "QoS 1 batched records/s",
            "1/s",
            records,
            peer,
            ratio(records, peer),
            "≥ 150",
            "260",
            note,
            spread([rate * PER_BATCH for rate in batches]),
        ),
        Figure(
            "longest gap of a 10 ms ticker in sync",
            "ms",
            gap,
            pick(theirs, "gap_ms"),
            None,
            "≤ 20 ms",
            "11 ms",
            note,
        ),
    ]


@asynccontextmanager
async def delayed_broker():
    """(port of the delaying proxy, name of the broker behind it)."""
    from brokers import Mosquitto

    import system_packages

    with tempfile.TemporaryDirectory() as folder:
        real = system_packages.find("mosquitto")
        broker = Mosquitto(Path(folder), lines=QUICK) if real else Embedded()
        async with broker:
            proxy = FaultyProxy("127.0.0.1", broker.port)
            await proxy.start()
            proxy.set(delay_ms=ONE_WAY_MS)
            try:
                yield proxy.port, "mosquitto" if real else "amqtt"
            finally:
                await proxy.stop()


class Embedded(EmbeddedBroker):
    """The embedded broker as a context."""

    async def __aenter__(self):
        await self.start()
        return self

    async def __aexit__(self, *error):
        await self.stop()


async def publish(who: str, port: int, messages: int, size: int) -> dict:
    started = command("micropython", "publish.py", (who, str(port), str(messages), str(size)), who == "peer")
    process = await asyncio.create_subprocess_exec(
        *started.argv, env=started.env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, error = await asyncio.wait_for(process.communicate(), LIMIT_S)
    if process.returncode:
        raise RuntimeError(f"publish.py {who} failed:\n{error.decode()[-2000:]}")
    return json.loads(out.splitlines()[-1])
