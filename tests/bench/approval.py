# SPDX-License-Identifier: MIT
"""Time from the swipe to the picture that says APPROVED, of the whole terminal, less one round trip of 100 ms."""

import asyncio
import tempfile
from pathlib import Path

from figures import Figure, median, spread
from picture import terminal, until

ROUND_TRIP_MS = 100
SALES = 7
CONFIG = {"receipt_copies": 0, "result_s": 1, "language": "en", "duplicate_s": 0}
NAME = "approval beyond one round trip"


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        times = [time - ROUND_TRIP_MS for time in asyncio.run(measured(Path(folder)))]
    note = f"median of {len(times)}, swipe to screen"
    return [Figure(NAME, "ms", median(times), None, None, "≤ 60 ms", "0", note, spread(times))]


async def measured(folder: Path) -> list[float]:
    """Milliseconds of each approval."""
    times = []
    async with terminal(folder, ROUND_TRIP_MS, lambda profile: profile.configure(CONFIG)) as (
        session,
        picture,
    ):
        for number in range(SALES):
            await until(lambda: session.idle)
            for key in str(1230 + number):
                await session.press(key)
            await picture.changed(session.press("ENTER"), "Swipe card")
            times.append(await picture.changed(session.swipe(card="mag-credit"), "APPROVED"))
    return times
