# SPDX-License-Identifier: MIT
"""S9: when a terminal waits for its next sale, its process's memory holds nothing of the cards before (Linux).

Sales that end early are the hard ones: nothing is printed, so nothing comes to lie where the number was.
"""

import asyncio
import gc
import json
import weakref

import pytest

from pos.crypto import sandbox
from pos.tasks import first
from process_memory import memory
from suanpan.canaries import Search, canary
from suanpan.errors import Failure
from suanpan.runtime import launch
from suanpan.simulator.profile import Profile
from suanpan.simulator.run import Run
from suanpan.simulator.session import Session
from suanpan.simulator.steps import until_started

TRACKS = {"track1": "%B6250947382915604^TEST/HEAP^35121018642097531?",
          "track2": ";6250947382915604=35121018642097531?"}  # fmt: skip
CHIP = {
    name: track.replace("^3512101", "^3512201").replace("=3512101", "=3512201")
    for name, track in TRACKS.items()
}
ENDINGS = (  # what is swiped, the screen that follows, the keys that end it
    (TRACKS, "DECLINED", ""),
    (CHIP, "chip", "CANCEL"),
    (TRACKS, "DECLINED", ""),
)
HEAP = {"micropython32": "128k"}
ONLY_KEYS = {"the key mac", "the key data"}  # that they are found shows that the search can


def session_of(folder, runtime):
    try:
        launch.which(runtime)
    except Failure as failure:
        pytest.skip(f"{runtime}: {failure}")
    profile = Profile.open(folder / "terminal")
    profile.configure({"result_s": 1, "language": "en", "answer_timeout_s": 1, "offline_each": 1000})
    return Session(profile, runtime=runtime, heap=HEAP.get(runtime), out=folder / "out")


async def sale(run, tracks, screen, keys):
    for key in ("1", "2", "3", "4", "ENTER"):
        await run.session.press(key)
    await run.must(lambda: run.session.bench.lamps["card"], 5000, "no lamp")
    await run.session.swipe(**tracks)
    await run.must(lambda: screen in run.session.screen(), 10_000, screen)
    for key in keys.split():
        await run.session.press(key)
    await run.must(lambda: run.session.idle, 10_000, "not idle")


def held(search, session):
    """Names of what the process holds."""
    try:
        process = b"".join(memory(session.device.pid))
    except PermissionError:
        pytest.skip("this machine does not let a parent read its child's memory (ptrace_scope)")
    return {leak.name for leak in search.leaks("memory", process)}


def secrets(profile):
    """The terminal's keys, and those of its first sales that it must have forgotten."""
    keys = json.loads(profile.keys_path.read_text(encoding="utf-8"))
    yield from map(canary.key, keys, map(bytes.fromhex, keys.values()))
    yield from canary.of_register(*sandbox.initial_key(profile.terminal, 1))


async def remains(folder, runtime):
    """Names of what the process still holds after each ending, and of its keys."""
    session = session_of(folder, runtime)
    search = Search([*canary.of_card(TRACKS), *canary.of_card(CHIP), *secrets(session.profile)])
    run, found = Run(session), []
    try:
        await session.start()
        await until_started(run)
        for ending in ENDINGS:
            await sale(run, *ending)
            found.append(held(search, session))
    finally:
        await session.stop()
    return found


async def after_tamper(folder, runtime):
    """Names of what the process holds before and after its case was opened."""
    session = session_of(folder, runtime)
    search, run, found = Search(secrets(session.profile)), Run(session), []
    try:
        await session.start()
        await until_started(run)
        await run.must(run.synced, 10_000, "not synced")
        found.append(held(search, session))
        session.bench.open_case()
        await run.must(lambda: "STOPPED" in session.screen(), 10_000, "not stopped")
        found.append(held(search, session))
    finally:
        await session.stop()
    return found


@pytest.mark.fault("F37")
@pytest.mark.parametrize("runtime", ["micropython", "micropython32"])
def test_f37_a_terminal_whose_case_was_opened_holds_no_key(tmp_path, runtime):
    assert asyncio.run(after_tamper(tmp_path, runtime)) == [ONLY_KEYS, set()]


@pytest.mark.parametrize("runtime", ["micropython", "micropython32"])
def test_s9_an_idle_terminal_holds_its_keys_and_no_card(tmp_path, runtime):
    assert asyncio.run(remains(tmp_path, runtime)) == [ONLY_KEYS] * len(ENDINGS)


class Read:
    """What a reader gives."""


async def lost():
    """Goes on, however often it is cancelled: as a reader that is being switched off."""
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            asyncio.current_task().uncancel()


def test_s9_a_card_that_was_read_is_not_held_by_the_readers_that_lost():
    async def remains():
        async def won():
            return Read()

        losing = lost()
        found = await first(None, won(), losing)
        held = weakref.ref(found[1])
        del found
        gc.collect()
        still = held() is not None
        losing.close()
        return still

    assert asyncio.run(remains()) is False
