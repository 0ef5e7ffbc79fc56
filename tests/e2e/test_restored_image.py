# SPDX-License-Identifier: MIT
"""FAULTS F6 with the real application: an old copy of its flash is put back; it sells, connects, and goes on.

Three independent tellings: journal, books with what is kept apart from them, slips. Nothing is lost or doubled.
"""

import asyncio
import re

import pytest
from runtimes import needed

from pos.codec import records
from pos.journal import Journal
from suanpan.host import database, ledger
from suanpan.journal.image import recovered
from suanpan.places import BUILD
from suanpan.runtime.launch import NAMES
from suanpan.simulator.profile import Profile
from suanpan.simulator.run import Run
from suanpan.simulator.session import Session
from suanpan.simulator.steps import until_started

IDENTITY = "305"


@pytest.mark.fault("F6")
@pytest.mark.timeout(240)
@pytest.mark.parametrize("runtime", NAMES)
def test_an_old_copy_of_the_flash_hands_over_and_goes_on(tmp_path, runtime):
    asyncio.run(put_back(tmp_path, runtime, needed(runtime)))


async def put_back(directory, runtime, heap):
    profile = Profile.open(directory / "terminal")
    profile.configure({"result_s": 1, "receipt_copies": 1, "connect_wait_s": 0, "duplicate_s": 0})
    session = Session(profile, runtime=runtime, heap=heap, out=BUILD / "artefacts" / "restored" / runtime)
    run = Run(session)
    try:
        await session.start()
        await sold(run, 100)
        copy = await switched_off(run)
        await session.power_on()
        for amount in (200, 300, 400):
            await sold(run, amount)
        await switched_off(run)
        session.profile.flash_path.write_bytes(copy)
        session.network(state="down")
        await session.power_on()
        for amount in (500, 600):
            await sold(run, amount)
        session.network(state="up")
        await run.must(lambda: journal(session).epoch == 2, 60_000, "no new epoch")
        await sold(run, 700)
        await run.must(lambda: session.idle and run.synced(), 30_000, "not synced")
        await session.power_off()
        check(session)
    finally:
        await session.stop()


async def sold(run, amount):
    await until_started(run)
    await run.must(lambda: run.session.idle, 20_000, "not idle")
    for key in [*str(amount), "ENTER"]:
        await run.session.press(key)
    await run.must(lambda: run.session.bench.lamps["card"], 10_000, f"{amount}: no card asked for")
    await run.session.swipe(card="mag-credit")
    await run.must(lambda: f"{amount / 100:.2f}" in slips(run.session), 30_000, f"{amount}: no slip")
    await run.must(lambda: run.session.idle, 20_000, "not idle again")


async def switched_off(run):
    """Everything is at the host; the flash as it is then."""
    await run.must(run.synced, 30_000, "not synced")
    await run.session.power_off()
    return run.session.profile.flash_path.read_bytes()


def journal(session) -> Journal:
    return recovered(session.profile.flash_path.read_bytes())


def slips(session):
    return "\n".join(slip.text for slip in session.bench.printer.slips if slip.complete)


def check(session):
    engine = database.open_books(f"sqlite:///{session.profile.host_db}")
    booked, apart = ledger.all_transactions(engine), ledger.aside(engine)
    assert [(row["epoch"], row["amount"], row["state"]) for row in booked] == [
        *((1, amount, "approved") for amount in (100, 200, 300, 400)), (2, 700, "approved")
    ]  # fmt: skip
    assert [(row["amount"], row["state"], row["offline"]) for row in apart] == [
        (500, "approved", True), (600, "approved", True)
    ]  # fmt: skip
    codes = {row["code"] for row in ledger.all_alarms(engine)}
    assert {"other-body", IDENTITY} <= codes, "alarm at both ends"
    engine.dispose()
    kept = {row["voucher"] for row in booked}
    assert len(kept) == len(booked) and booked[-1]["voucher"] > max(row["voucher"] for row in booked[:-1])
    held = [records.as_dict(body) for _, body in journal(session).scan()]
    assert [row["kind"] for row in held if row["epoch"] == 2][0] == "alarm"
    assert len(re.findall("SALE", slips(session))) == 7
