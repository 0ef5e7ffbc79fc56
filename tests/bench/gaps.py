# SPDX-License-Identifier: MIT
"""Longest gap of a 10 ms ticker in the whole terminal on `micropython`: TLS handshake, receipt, loss of the link.

Medians of some tries each, without those that the machine disturbed (steal.py). What counts as a gap: device/ticker.py.
"""

import asyncio
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from unittest import mock

import keys
from figures import Figure, median, spread
from launcher import DEVICE
from picture import terminal, until
from steal import stolen_ms, undisturbed

sys.path.append(str(Path(__file__).parent.parent))
sys.path.append(str(Path(__file__).parent.parent / "host"))

TRIES = 5
ROUND_TRIP_MS = 100
SHOP = {"result_s": 1, "language": "en", "duplicate_s": 0}
HASTY = {"keepalive_s": 5, "reconnect_max_s": 1}
SOME_BYTES = 5000  # of a backlog of 150 000
NAME = "longest gap of a 10 ms ticker, {}"


def figures() -> list[Figure]:
    import system_packages

    acts = [receipts, losses]
    absent = []
    if system_packages.find("mosquitto"):
        acts.insert(0, handshakes)
    else:
        absent.append(figure("TLS handshake", [], "≤ 100 ms", "no mosquitto"))
    return absent + [asyncio.run(act()) for act in acts]


def figure(what: str, tries: "list[Try]", reach: str, note: str) -> Figure:
    name = NAME.format(what)
    if not tries:
        return Figure(name, "ms", None, None, None, reach, "11 ms", note)
    gaps, disturbed = undisturbed([(one.gap_ms, one.stolen_ms) for one in tries])
    note = f"median of {len(gaps)}, {note}{disturbed}"
    return Figure(name, "ms", median(gaps), None, None, reach, "11 ms", note, spread(gaps))


@asynccontextmanager
async def ticking(config: dict, round_trip_ms: int = 0, prepare=lambda profile: None, **options):
    """A session of a terminal with the ticker in it, idle and online."""

    def prepared(profile) -> None:
        profile.configure(config)
        prepare(profile)

    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch("suanpan.simulator.device.MAIN", DEVICE / "terminal.py"),
    ):
        async with terminal(Path(folder), round_trip_ms, prepared, **options) as (session, _):
            yield session


class Try:
    """`async with Try(session) as one: …`, then `one.gap_ms` and how long the machine had lost cores meanwhile."""

    def __init__(self, session) -> None:
        self._session = session

    async def __aenter__(self) -> "Try":
        await gap(self._session)
        self.stolen_ms = -stolen_ms()
        return self

    async def __aexit__(self, *error) -> None:
        self.gap_ms = await gap(self._session)
        self.stolen_ms += stolen_ms()


async def gap(session) -> float:
    """The longest since the last question, in milliseconds."""
    told: list[float] = []

    def hear(kind: str, data) -> None:
        if kind == "device" and data.get("event") == "gap":
            told.append(data["ms"])

    leave = session.bench.subscribe(hear)
    session.bench.control({"gap": True})
    await until(lambda: told)
    leave()
    return told[0]


async def handshakes() -> Figure:
    """Both sides prove themselves (EC P-256); from the return of the network to the connection."""
    from brokers import Authority, Mosquitto

    with tempfile.TemporaryDirectory() as folder:
        authority = Authority(Path(folder), "ca")
        server, own = (authority.issue(name, ("localhost",)) for name in ("server", "terminal"))
        lines = f"cafile {authority.path}\ncertfile {server['cert']}\nkeyfile {server['key']}\n"
        config = {**HASTY, "tls_ca": authority.path, "tls_cert": own["cert"], "tls_key": own["key"]}
        async with Mosquitto(Path(folder), lines=lines + "require_certificate true\n") as broker:
            url = f"mqtts://localhost:{broker.port}"
            async with ticking(config, broker=url, host=False) as session:
                tries = [await reconnected(session) for _ in range(TRIES)]
    return figure("TLS handshake", tries, "≤ 100 ms", "mutual TLS with mosquitto")


async def reconnected(session) -> Try:
    session.network(state="down")
    await until(lambda: not session.bench.lamps["link"])
    async with Try(session) as one:
        session.network()
        await until(lambda: session.bench.lamps["link"])
    return one


async def receipts(count: int = TRIES) -> Figure:
    tries = []
    async with ticking(SHOP) as session:
        for number in range(count):
            await until(lambda: session.idle)
            async with Try(session) as one:
                await sell(session, str(1230 + number))
            tries.append(one)
    return figure("sale and receipt", tries, "≤ 20 ms", "from the first digit to the end of the slip")


async def sell(session, amount: str) -> None:
    before = complete_slips(session)
    for key in (*amount, "ENTER"):
        await session.press(key)
    await until(lambda: "Swipe card" in session.screen())
    await session.swipe(card="mag-credit")
    await until(lambda: complete_slips(session) > before)


def complete_slips(session) -> int:
    return sum(slip.complete for slip in session.bench.printer.slips)


async def losses() -> Figure:
    """A terminal each, as its backlog does not last for long."""
    tries = [await silence() for _ in range(TRIES)]
    return figure("loss of the link in sync", tries, "≤ 20 ms", f"backlog of {keys.BACKLOG} records")


async def silence() -> Try:
    """The path goes silent in the middle of a sync until the terminal notices; then it is back and the sync goes on."""
    async with ticking(HASTY, ROUND_TRIP_MS, lambda profile: keys.fill(profile.flash_path)) as session:
        async with Try(session) as one:
            await synced_more(session)
            session.network(delay_ms=ROUND_TRIP_MS // 2, blackhole=True)
            await until(lambda: not session.bench.lamps["link"])
            session.network(delay_ms=ROUND_TRIP_MS // 2)
            await until(lambda: session.bench.lamps["link"])
            await synced_more(session)
        return one


async def synced_more(session) -> None:
    crossed = session.surroundings.proxy.stats
    before = crossed["bytes_up"]
    await until(lambda: crossed["bytes_up"] > before + SOME_BYTES)
