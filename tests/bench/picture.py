# SPDX-License-Identifier: MIT
"""A whole terminal on `micropython` whose picture is timed: complete with its last SPI write, read afterwards."""

import asyncio
import time
from contextlib import asynccontextmanager
from pathlib import Path

PATIENCE_S = 30
REST_S = 0.01  # without a write: the picture is complete


class Picture:
    """Notes when the display was written to last."""

    def __init__(self, bench) -> None:
        self.bench, self.written, self.feed = bench, 0.0, bench.display.feed
        bench.display.feed = self.note

    def note(self, dc: int, payload: bytes) -> None:
        self.written = time.monotonic()
        self.feed(dc, payload)

    async def changed(self, act, wanted: str) -> float:
        """Milliseconds from the start of the coroutine `act` to the last write of the picture that shows `wanted`."""
        started = seen = time.monotonic()
        acting = asyncio.ensure_future(act)
        while True:
            await until(self.rests_after, seen)
            seen = self.written
            if wanted in self.bench.display.text():
                await acting
                return (seen - started) * 1000

    def rests_after(self, moment: float) -> bool:
        return self.written > moment and time.monotonic() - self.written > REST_S


@asynccontextmanager
async def terminal(folder: Path, round_trip_ms: int, prepare=lambda profile: None, **options):
    """(session, picture) of a terminal that is idle and online; `prepare` may change its profile first.

    `options` are the session's.
    """
    from suanpan.simulator.profile import Profile
    from suanpan.simulator.session import Session

    profile = Profile.open(folder / "terminal")
    prepare(profile)
    session = Session(profile, seed=1, out=folder / "out", **options)
    picture = Picture(session.bench)
    try:
        await session.start()
        session.network(delay_ms=round_trip_ms // 2)
        await until(lambda: session.idle and session.bench.lamps["link"])
        yield session, picture
    finally:
        await session.stop()


async def until(condition, *arguments) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition(*arguments):
        if time.monotonic() > deadline:
            raise SystemExit(f"the terminal did not answer within {PATIENCE_S} s")
        await asyncio.sleep(0.001)
