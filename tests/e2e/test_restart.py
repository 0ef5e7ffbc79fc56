# SPDX-License-Identifier: MIT
"""Power cut at random moments of several sales, again and again: nothing lost, nothing doubled (FAULTS F1, F9).

Compares three independent tellings: the terminal's journal, the host's books, the slips that came out whole.
"""

import asyncio
import random
import re

import pytest
from runtimes import needed

from pos.codec import records
from suanpan.places import BUILD
from suanpan.runtime.launch import NAMES
from suanpan.simulator.profile import Profile
from suanpan.simulator.run import Run
from suanpan.simulator.session import Session
from suanpan.simulator.steps import until_started

SALES = 8
FINAL = ("approved", "declined", "reversed", "voided")


@pytest.mark.fault("F1", "F9")
@pytest.mark.timeout(240)
@pytest.mark.parametrize("seed", [1])
@pytest.mark.parametrize("runtime", NAMES)
def test_nothing_is_lost_or_doubled(tmp_path, runtime, seed):
    asyncio.run(sell_and_cut(tmp_path, runtime, needed(runtime), random.Random(f"{runtime} {seed}")))


async def sell_and_cut(directory, runtime, heap, chance):
    profile = Profile.open(directory / "terminal")
    profile.configure({"result_s": 1, "receipt_copies": 1, "answer_timeout_s": 2, "duplicate_s": 0})
    session = Session(profile, runtime=runtime, heap=heap, out=BUILD / "artefacts" / "restart" / runtime)
    run = Run(session)
    try:
        await session.start()
        for number in range(SALES):
            await until_started(run)
            await one_sale(run, 100 + number, chance)
        await settle(run)
        check(session)
    finally:
        await session.stop()


async def one_sale(run, amount, chance):
    """One sale with a cut somewhere in it: at a flash operation, or at an event, which may be any of them."""
    session = run.session
    arm = chance.choice((None, "writes", "event", "event"))
    if arm == "writes":
        await session.cut_after_writes(chance.randint(1, 6), chance.choice(("whole", "half", "nothing")))
    for key in [*str(amount), "ENTER"]:
        await session.press(key)
    await run.until(lambda: session.bench.lamps["card"], 5000)
    mark = len(session.log.all) + chance.randint(1, 40)
    await session.swipe(card=chance.choice(("mag-credit", "mag-debit", "mag-declined")))
    if arm == "event":
        await run.until(lambda: len(session.log.all) >= mark or session.idle, 10_000)
        await session.power_off()
    elif not await run.until(lambda: session.idle or not session.powered, 15_000):
        raise AssertionError(f"neither idle nor cut:\n{session.screen()}")
    await session.power_on()


async def settle(run):
    await run.must(lambda: run.session.idle, 20_000, "not idle")
    await run.must(run.synced, 30_000, "not synced")


def check(session):
    told = {(row["epoch"], row["seq"]): row for row in session.transactions()}
    booked = {(row["epoch"], row["seq"]): row for row in session.host_transactions()}
    assert told.keys() == booked.keys()
    for identity, row in told.items():
        assert row["state"] in FINAL
        for name in ("kind", "state", "amount", "trace", "voucher", "pan_masked", "reversed"):
            assert row[name] == booked[identity][name], (identity, name)
    assert len(session.host_transactions()) == len(booked)
    assert len({row["trace"] for row in told.values()}) == len(told), "a trace number was used twice"
    check_slips(session, told)


def check_slips(session, told):
    """A whole slip tells of an approved sale, once; a print record never tells of a slip that did not come out."""
    approved = {row["voucher"] for row in told.values() if row["state"] == "approved"}
    slips = [int(found[1]) for slip in session.bench.printer.slips if slip.complete
             if (found := re.search(r"VOUCHER\D*(\d{6})", slip.text))]  # fmt: skip
    assert len(slips) == len(set(slips)), "a slip came out twice"
    assert set(slips) <= approved
    printed = [
        row for row in session.journal() if row["kind"] == "print" and row["result"] == records.PRINTED
    ]
    assert len(printed) <= len(slips)
