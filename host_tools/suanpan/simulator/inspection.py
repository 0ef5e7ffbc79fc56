# SPDX-License-Identifier: MIT
"""Collects what a run left, from its files and the host's database, and has the invariants checked on it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select

from pos.journal import JournalError
from pos.journal.journal import Journal
from suanpan.canaries import Canary, canary
from suanpan.host import ledger as host_ledger
from suanpan.host import sandbox
from suanpan.host.database import open_books
from suanpan.host.schema import decisions, records
from suanpan.simulator import invariants, wire
from suanpan.simulator.capture import DOWN, UP
from suanpan.simulator.cards import builtin, find_card
from suanpan.simulator.invariants.evidence import Evidence, HostBooks, Identity, Slip
from suanpan.simulator.ledger import UNREADABLE, recovered
from suanpan.simulator.profile import Profile
from suanpan.simulator.scenario import Scenario
from suanpan.simulator.session import Session

PRESENTATIONS = ("swipe", "scan", "insert", "tap")


class Inspection:
    """Made before the run, because it notes what an earlier one has delivered."""

    def __init__(self, profile: Profile, scenario: Scenario) -> None:
        self._profile, self._scenario = profile, scenario
        self._earlier = _receipted(profile.flash_path)
        self._keys = _keys(profile.keys_path)
        self._dukpt = profile.sandbox_keys()

    def verdicts(self, session: Session, summary: dict[str, Any]) -> list[dict[str, Any]]:
        """Verdicts of a session at rest; none when it never began, or not even its first journal could be read."""
        if self._earlier is None or not any(event["kind"] == "power" for event in session.log.all):
            return []
        try:
            evidence = _journal(self._profile.flash_path, self._earlier)
        except UNREADABLE as error:
            return invariants.lost(f"the journal cannot be read: {error}")
        self._add_surroundings(evidence, session)
        evidence.files["summary.json"] = json.dumps(summary, ensure_ascii=False, default=str).encode()
        return invariants.check(evidence)

    def _add_surroundings(self, evidence: Evidence, session: Session) -> None:
        streams = wire.streams(session.out / "mqtt.bin")
        mac = bytes.fromhex(self._keys.get("mac", ""))
        for (number, direction), stream in streams.items():
            try:
                evidence.sent += wire.published(stream, mac) if direction == UP else ()
            except wire.UNREADABLE as error:
                evidence.damage.append(f"connection {number} sent what is no batch: {error}")
        evidence.slips = [Slip(slip.text, slip.complete) for slip in session.bench.printer.slips]
        evidence.files = self._files(session.out) | _named(streams)
        evidence.canaries = [
            *self._presented(),
            *map(canary.key, self._keys, map(bytes.fromhex, self._keys.values())),
            *(canary.of_register(*self._dukpt) if self._dukpt else ()),
        ]
        if session.books:
            evidence.host = host_books(session.books.db_url, self._profile.terminal)

    def _presented(self) -> Iterator[Canary]:
        """Of the built-in cards and their PIN, and of every card and code that a step presents."""
        yield from canary.pin_blocks(sandbox.PIN)
        for card in builtin().values():
            yield from canary.of_card(card)
        for step in self._scenario.steps:
            if step.word in PRESENTATIONS:
                yield from canary.of_card(step.values)
                for name in filter(None, (step.values.get("card"), step.values.get("second"))):
                    yield from canary.of_card(find_card(name, self._scenario.path.parent))

    def _files(self, out: Path) -> dict[str, bytes]:
        """The artefacts, the flash and the host's database."""
        left = [path for path in out.rglob("*") if path.is_file() and path.name != "summary.json"]
        kept = [self._profile.flash_path, *self._profile.directory.glob(self._profile.host_db.name + "*")]
        return {path.name: path.read_bytes() for path in kept} | {
            str(path.relative_to(out)): path.read_bytes() for path in left
        }


def _named(streams: dict[tuple[int, int], bytes]) -> dict[str, bytes]:
    ways = {UP: "up", DOWN: "down"}
    return {f"mqtt.bin, connection {number} {ways[way]}": data for (number, way), data in streams.items()}


def _keys(path: Path) -> dict[str, str]:
    """Before the run, which may erase them; none when an earlier one has."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def _journal(flash: Path, earlier: Identity) -> Evidence:
    journal = recovered(flash.read_bytes())
    pending = {(journal.epoch, seq) for seq, _record in journal.pending()}
    return Evidence([bytes(record) for _seq, record in journal.scan()], pending, damage(journal), earlier)


def _receipted(flash: Path) -> Identity | None:
    """Up to where a host has receipted this journal; None when it cannot be read."""
    try:
        journal = recovered(flash.read_bytes())
    except UNREADABLE:
        return None
    return journal.epoch, journal.cumulative


def damage(journal: Journal) -> list[str]:
    """What its own check says is wrong with `journal`."""
    try:
        journal.verify()
    except JournalError as error:
        return [str(error)]
    return []


def host_books(db_url: str, terminal: str) -> HostBooks:
    """What the database at `db_url` holds of `terminal`."""
    engine = open_books(db_url)
    try:
        with engine.connect() as connection, connection.begin():
            stored = connection.execute(select(records).where(records.c.terminal == terminal)).all()
            decided = connection.execute(select(decisions).where(decisions.c.terminal == terminal)).all()
        return HostBooks(
            {(row.epoch, row.seq): row.body for row in stored},
            {(row.epoch, row.seq) for row in decided},
            host_ledger.all_transactions(engine, terminal),
        )
    finally:
        engine.dispose()
