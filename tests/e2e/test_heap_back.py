# SPDX-License-Identifier: MIT
"""What a sale by chip or tap took of the heap is back in idle: after the sixth as after the second."""

import asyncio

import pytest
from runtimes import needed

from suanpan.simulator import steps
from suanpan.simulator.profile import Profile
from suanpan.simulator.run import Run
from suanpan.simulator.session import Session

SALES = 6
REPORTS = 3  # of the heap, a second apart: the least of them, for screen and sync use some for a moment
MOST = 0.02  # of what was in use after the second sale


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("present", "card"), [(steps.insert, "chip-credit"), (steps.tap, "tap-mchip")])
def test_the_heap_is_back_after_each_sale(tmp_path, present, card):
    heap = needed("micropython32")
    _, second, *later = asyncio.run(in_idle(tmp_path, heap, present, card))
    assert all(abs(used - second) < MOST * second for used in later), (second, later)


async def in_idle(folder, heap, present, card):
    """Bytes in use in idle after each sale."""
    profile = Profile.open(folder / "terminal")
    profile.configure({"result_s": 1, "language": "en", "receipt_copies": 1})
    session = Session(profile, runtime="micropython32", heap=heap, out=folder / "out")
    run = Run(session)
    try:
        await session.start()
        await steps.until_started(run)
        return [await after(run, number, present, card) for number in range(SALES)]
    finally:
        await session.stop()


async def after(run, number, present, card):
    await steps.keys(run, ["1", "2", "3", str(number), "ENTER"])
    await present(run, {"card": card})
    await run.must(lambda: "APPROVED" in run.session.screen(), 15_000, "not approved")
    await steps.remove(run, {})
    await run.must(lambda: run.session.idle, 15_000, "not idle")
    await run.must(run.synced, 15_000, "not synced")
    before = len(reports(run))
    await run.must(lambda: len(reports(run)) >= before + REPORTS, 10_000, "no report of the heap")
    return min(reports(run)[before:])


def reports(run):
    """Bytes in use by each report of the device's so far."""
    told = [event["data"] for event in run.session.log.all if event["kind"] == "device"]
    return [data["used"] for data in told if data.get("event") == "heap"]
