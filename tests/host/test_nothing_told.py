# SPDX-License-Identifier: MIT
"""S9, S11: what operators, technicians and browsers are given of a terminal that sold holds no secret."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from panel_server import ask, events, panel

from pos.crypto import sandbox
from suanpan.canaries import Search, canary
from suanpan.cli import main
from suanpan.host import sandbox as sandbox_cards
from suanpan.places import BUILD, ROOT
from suanpan.simulator.profile import Profile
from suanpan.simulator.run import Run
from suanpan.simulator.session import Session
from suanpan.simulator.steps import until_started

TERMINAL, CODE = "SIM00001", "136129837465018226"  # not the one that the panel offers
CARDS = ("mag-credit", "mag-declined", "mag-partial")


def search():
    cards = [one for card in sandbox_cards.cards.values() for one in canary.of_card(card)]
    keys = map(canary.key, ("mac", "data"), sandbox.derive(TERMINAL))
    sold = canary.of_register(*sandbox.initial_key(TERMINAL, 1), transactions=len(CARDS) + 1)
    return Search([*cards, canary.number(CODE), *keys, *sold])


async def pages(port):
    """Both languages of the page, and what a browser is told first that comes now."""
    told = {f"page {lang}": (await ask(port, f"/?lang={lang}")).body for lang in ("en", "zh")}
    async with events(port) as next_event:
        told["events"] = json.dumps(await next_event("snapshot")).encode()
    return told


async def sale(run, present):
    for key in ("1", "2", "3", "4", "ENTER"):
        await run.session.press(key)
    await run.must(lambda: run.session.bench.lamps["card"], 10_000, "no lamp")
    await present()
    await run.must(lambda: not run.session.bench.lamps["card"], 10_000, "not taken")
    await run.must(lambda: run.session.idle, 20_000, run.session.screen())


async def sold(folder):
    """What the panel told while a terminal sold by each of the cards and a code."""
    profile = Profile.open(folder / "terminal")
    profile.configure({"language": "en", "result_s": 1, "receipt_copies": 1, "duplicate_s": 0})
    session = Session(profile, runtime="cpython", out=folder / "out")
    run = Run(session)
    try:
        await session.start()
        await until_started(run)
        for card in CARDS:
            await sale(run, lambda card=card: session.swipe(card=card))
        await sale(run, lambda: session.scan(CODE))
        await run.must(run.synced, 20_000, "not synced")
        async with panel(session) as port:
            return await pages(port)
    finally:
        await session.stop()


def command(*words):
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.output.encode()


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """(folder of the run, what it told by its name)."""
    folder = tmp_path_factory.mktemp("told")
    told = asyncio.run(sold(folder))
    database = f"sqlite:///{folder / 'terminal' / 'host.db'}"
    for words in ("transactions", "cases", "alarms", "terminals"):
        told["host " + words] = command("host", words, "--db", database, "--json")
    image, bundle = folder / "terminal" / "flash.img", folder / "bundle"
    told["journal verify"] = command("journal", "verify", image, "--json")
    told["journal find"] = command("journal", "find", image, "--json")
    told["journal export"] = command("journal", "export", image, "--out", bundle, "--json")
    return folder, told


def test_s9_the_panel_and_the_commands_tell_no_secret(left):
    _, told = left
    assert b"625094******0014" in told["page en"] and b"625094******0014" in told["host transactions"]
    assert not list(search().files(told))


def test_s9_the_evidence_bundle_and_the_artefacts_hold_no_secret(left):
    folder, _ = left
    assert (folder / "bundle").exists()
    assert not list(search().folder(folder / "out"))
    bundle = folder / "bundle"
    assert not list(
        search().folder(bundle) if bundle.is_dir() else search().files({"bundle": bundle.read_bytes()})
    )


def test_s11_a_copy_of_the_flash_and_of_the_books_holds_no_key(left):
    """All of the terminal's folder but the key file, which a board keeps in a sealed store."""
    folder, _ = left
    leaks = list(search().folder(folder / "terminal"))
    assert {leak.place for leak in leaks} == {"keys.json"}
    assert {leak.name for leak in leaks} == {"the key mac", "the key data"}


def test_s11_the_application_holds_no_terminals_key():
    roms = {path.name: path.read_bytes() for path in BUILD.glob("*.romfs")}
    sources = {
        str(path.relative_to(ROOT)): path.read_bytes() for path in Path(ROOT, "firmware").rglob("*.py")
    }
    assert not list(search().files(roms | sources))


def test_s9_what_the_database_would_tell_is_found(left):
    """The same search, on what a host would tell that kept a number."""
    _, told = left
    rows = json.loads(told["host transactions"])
    leak = json.dumps([rows, {"detail": sandbox_cards.cards["mag-credit"]["pan"]}]).encode()
    assert [one.name for one in search().files({"host alarms": leak})] == ["625094…0014"]
