# SPDX-License-Identifier: MIT
"""Time from a key's contact to the changed picture of the whole terminal, while it syncs a backlog.

3 000 records in its journal, 100 ms to the broker and back.
"""

import asyncio
import tempfile
from pathlib import Path

from figures import Figure, median, spread
from picture import terminal

BACKLOG = 3000
KEYS = "12345678"
ROUND_TRIP_MS = 100
NAME = "key press to changed screen while syncing"


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        times, syncing = asyncio.run(measured(Path(folder)))
    note = f"median of {len(times)}, {syncing} of them with records still to send"
    return [Figure(NAME, "ms", median(times), None, None, "≤ 100 ms", "0", note, spread(times))]


async def measured(folder: Path) -> tuple[list[float], int]:
    """(milliseconds of each press, how many of them fell into the sync)."""
    times, syncing = [], 0
    async with terminal(folder, ROUND_TRIP_MS, lambda profile: fill(profile.flash_path)) as (
        session,
        picture,
    ):
        for number, key in enumerate(KEYS, 1):
            syncing += session.journal_state().pending > 0
            wanted = f"{int(KEYS[:number]) / 100:.2f}"
            times.append(await picture.changed(session.press(key), wanted))
    return times, syncing


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
