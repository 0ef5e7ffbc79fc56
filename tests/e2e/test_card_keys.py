# SPDX-License-Identifier: MIT
"""Cards under DUKPT with the real application: the host opens them, long after the terminal cannot any more."""

import asyncio

import pytest
from runtimes import needed
from sqlalchemy import select
from test_restored_image import sold

from pos.cards import dukpt_card_data
from pos.codec import records as kinds
from pos.crypto import sandbox as sandbox_keys
from suanpan.canaries import Search, canary
from suanpan.host import card_data, database, sandbox
from suanpan.host.keys import split_ksn
from suanpan.host.sandbox_keys import SandboxKeys
from suanpan.host.schema import ksns, records
from suanpan.places import BUILD
from suanpan.runtime.launch import NAMES
from suanpan.simulator.profile import Profile
from suanpan.simulator.run import Run
from suanpan.simulator.session import Session

PAN = sandbox.cards["mag-credit"]["pan"]


@pytest.mark.timeout(240)
@pytest.mark.parametrize("runtime", NAMES)
def test_the_host_opens_each_card_under_its_own_key_after_a_restart_too(tmp_path, runtime):
    asyncio.run(sold_twice(tmp_path, runtime, needed(runtime)))
    engine = database.open_books(f"sqlite:///{tmp_path / 'terminal' / 'host.db'}")
    with engine.connect() as connection:
        taken = list(connection.execute(select(ksns.c.key_id, ksns.c.counter, ksns.c.seq)))
        bodies = list(connection.execute(select(records.c.body).order_by(records.c.seq)))
    engine.dispose()
    told = [kinds.as_dict(bytes(body)) for (body,) in bodies]
    sales = [record for record in told if record["kind"] == "sale"]
    assert [counter_of(sale["card"]) for sale in sales] == [1, 2]
    assert [opened(sale["card"]).pan for sale in sales] == [PAN, PAN]
    key_id = sandbox_keys.key_id("SIM00001", 1)
    assert taken == [(key_id, 1, sales[0]["seq"])], (
        "decided on the card that was opened, the other was stored"
    )
    forgotten(tmp_path / "terminal")


async def sold_twice(directory, runtime, heap):
    """Online, then without network, and switched off before that one is sent."""
    profile = Profile.open(directory / "terminal")
    profile.configure({"result_s": 1, "receipt_copies": 1, "connect_wait_s": 0, "duplicate_s": 0})
    session = Session(profile, runtime=runtime, heap=heap, out=BUILD / "artefacts" / "card-keys" / runtime)
    run = Run(session)
    try:
        await session.start()
        await sold(run, 100)
        await run.must(run.synced, 30_000, "not synced")
        session.network(state="down")
        await sold(run, 200)
        await session.power_off()
        session.network(state="up")
        await session.power_on()
        await run.must(lambda: session.idle and run.synced(), 30_000, "not synced after the restart")
        await session.power_off()
    finally:
        await session.stop()


def counter_of(sealed):
    return split_ksn(card_data.header(sealed)[0])[1]


def opened(sealed):
    key = SandboxKeys(None).data_key(card_data.header(sealed)[0])
    return card_data.unseal(key, sealed, dukpt_card_data.aad(b"SIM00001"), keep=False)


def forgotten(folder):
    """Neither the initial key nor one that a sale has used is in the terminal's folder, and others are."""
    initial = sandbox_keys.initial_key("SIM00001", 1)
    assert not list(Search(canary.of_register(*initial, transactions=2)).folder(folder))
    to_come = {leak.place for leak in Search(canary.of_register(*initial, transactions=4)).folder(folder)}
    assert to_come == {"dukpt.img"}
