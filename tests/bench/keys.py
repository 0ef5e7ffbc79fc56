# SPDX-License-Identifier: MIT
"""Time from a key's contact to the changed picture of the whole terminal, while it syncs a backlog.

The real application on `micropython`, 3 000 records in its journal, 100 ms to the broker and back. The picture is
complete with its last SPI write; the text is read from the picture afterwards.
"""

import asyncio
import tempfile
import time
from pathlib import Path

from figures import Figure, median

BACKLOG = 3000
KEYS = "12345678"
PATIENCE_S = 30
ROUND_TRIP_MS = 100
NAME = "key press to changed screen while syncing"


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        times, syncing = asyncio.run(measured(Path(folder)))
    note = (
        f"median of {len(times)}, longest {max(times):.0f} ms, {syncing} of them with records still to send"
    )
    return [Figure(NAME, "ms", median(times), None, None, "≤ 100 ms", "0", note)]


async def measured(folder: Path) -> tuple[list[float], int]:
    """(milliseconds of each press, how many of them fell into the sync)."""
    from suanpan.simulator.profile import Profile
    from suanpan.simulator.session import Session

    profile = Profile.open(folder / "terminal")
    fill(profile.flash_path)
    session = Session(profile, seed=1, out=folder / "out")
    picture = Picture(session.bench)
    try:
        await session.start()
        session.network(delay_ms=ROUND_TRIP_MS // 2)
        await until(lambda: session.idle and session.bench.lamps["link"])
        times, syncing = [], 0
        for number, key in enumerate(KEYS, 1):
            syncing += session.journal_state().pending > 0
            times.append(await picture.changed(key, f"{int(KEYS[:number]) / 100:.2f}"))
        return times, syncing
    finally:
        await session.stop()


def fill(flash: Path) -> None:
    """A backlog: records that the host has not receipted."""
    from pos.codec.records import PRINT
    from pos.journal import Journal
    from pos.journal.devices import FileDevice

    device = FileDevice(str(flash))
    journal = Journal(device)
    journal.recover()
    device.ioctl = lambda operation, argument, ioctl=device.ioctl: (
        operation != 3 and ioctl(operation, argument)
    )
    for seq in range(1, BACKLOG + 1):
        journal.append(PRINT, PRINT.values(of_epoch=journal.epoch, of_seq=seq, copy=1), urgent=True)
    device.close()


class Picture:
    """Notes when the display was written to last."""

    def __init__(self, bench) -> None:
        self.bench, self.written, self.feed = bench, 0.0, bench.display.feed
        bench.display.feed = self.note

    def note(self, dc: int, payload: bytes) -> None:
        self.written = time.monotonic()
        self.feed(dc, payload)

    async def changed(self, key: str, wanted: str) -> float:
        """Milliseconds from pressing `key` to the last write of the picture that shows `wanted`."""
        pressed = time.monotonic()
        pressing = asyncio.ensure_future(self.bench.press(key))
        seen = pressed
        while True:
            await until(self.rests_after, seen)
            seen = self.written
            if wanted in self.bench.display.text():
                await pressing
                return (seen - pressed) * 1000

    def rests_after(self, moment: float) -> bool:
        return self.written > moment and time.monotonic() - self.written > 0.01


async def until(condition, *arguments) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition(*arguments):
        if time.monotonic() > deadline:
            raise SystemExit(f"{NAME}: the terminal did not answer within {PATIENCE_S} s")
        await asyncio.sleep(0.001)
