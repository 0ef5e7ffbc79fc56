# SPDX-License-Identifier: MIT
"""Alarms and quarantine of the host: what was refused, why, and what a person does about it (docs/host.md).

The same alarm again raises a counter, so that a hostile sender cannot flood the table with one message.
"""

import hashlib
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, Connection, Table, case

from pos.domain import alarms as terminal_alarms
from suanpan.host import bounds
from suanpan.host.schema import alarms, quarantine
from suanpan.host.statements import inserting

INFO, WARNING, ERROR = "info", "warning", "error"
_OF_TERMINALS = {one.code for one in terminal_alarms.all_alarms()}
KEPT_BYTES = 64 * 1024  # of a quarantined message; the hash is over all of it


@dataclass(frozen=True)
class Kind:
    """One alarm of the host's catalogue; `decide` says that it waits for a person as a case."""

    severity: str
    text: str
    next_step: str
    decide: bool = True


@dataclass(frozen=True)
class Aside:
    """What is refused and why; `terminal` is who it claims to be from."""

    reason: str
    detail: str
    terminal: str
    topic: str
    raw: bytes
    alarm: str = ""  # the alarm's detail, when one alarm counts many of them
    most: int = bounds.MESSAGES  # of its terminal and reason are kept; 0: all of them, it may be money
    about: bytes | None = None  # hash of the intent that came beside a decision


CATALOGUE = {
    "malformed": Kind(WARNING, "A message or record is not well formed", "update the terminal's application; pull its log"),
    "wrong-mac": Kind(ERROR, "A message does not verify under the terminal's key", "check the terminal's keys; if they are right, somebody forges"),
    "unknown-terminal": Kind(WARNING, "An unregistered terminal speaks", "register it: suanpan host terminals add ID --keys FILE"),
    "wrong-topic": Kind(ERROR, "A terminal speaks on another one's topic", "check the terminal's configuration and the broker's access rules"),
    "other-body": Kind(ERROR, "One identity, two bodies: the first one stands", "compare its amount with the shop; look for two devices with one identity, or a restored image"),
    "disputed": Kind(ERROR, "Records of a device that the books do not follow; kept aside", "compare their amounts with the shop; the terminal goes on in a new epoch by itself"),
    "joined": Kind(WARNING, "A decision kept aside is of a transaction in the books, which takes it over", "nothing, unless the same transaction has a state-conflict", False),
    "unknown-kind": Kind(WARNING, "A record of a kind that this host does not know; kept", "update the host"),
    "suspended": Kind(WARNING, "A suspended terminal speaks; its records stay with it", "suanpan host terminals activate ID, or collect the terminal", False),
    "state-conflict": Kind(ERROR, "The records of a transaction contradict each other", "compare receipt, journal and host rows of this transaction"),
    "card-data": Kind(ERROR, "Card data does not open under the terminal's key", "check the terminal's data key"),
    "card-key": Kind(ERROR, "A card was sealed with a key that was used before, or out of order", "look for an old copy of the terminal's flash; suspend it, inject new keys"),
    "chip-data": Kind(ERROR, "A chip sale came without what its issuer needs of the card", "update the terminal's application; pull its log"),
    "cryptogram": Kind(ERROR, "A chip card's cryptogram is not its own for this sale, or came before", "look for somebody between card and host; suspend the terminal if it happens again"),
    "pin-block": Kind(ERROR, "A PIN block does not open, or is not under the key of its card", "check the terminal's keys; inject new ones"),
    "gap": Kind(WARNING, "Records are missing, though later ones came", "suanpan host reconcile names them; connect the terminal, pull its log"),
    "flood": Kind(WARNING, "More came than is kept one by one: the first and the newest are kept, the others counted", "look at the first and the newest; if a terminal sends them, suspend it and pull its log"),
    "duplicates": Kind(WARNING, "A terminal sends again and again what it has receipts for", "check that it hears the host: the broker's access rules for its topic …/down"),
    "internal": Kind(ERROR, "The host failed on a message; it is kept", "report the error in the host's log"),
}  # fmt: skip


def raise_alarm(connection: Connection, code: str, terminal: str, detail: str, now_s: int) -> list[dict]:
    """Count an alarm of the catalogue; returns what was raised as subscribers see it."""
    return note(connection, code, CATALOGUE[code].severity, "host", terminal, detail, now_s)


def note(
    connection: Connection, code: str, severity: str, source: str, terminal: str, detail: str, now_s: int
) -> list[dict]:
    """Count an alarm from any source."""
    key = {"code": code, "source": source, "terminal": _fit(terminal, 64), "detail": _fit(detail, 200)}
    pool = bounds.pool(connection, key["terminal"], source, code if _known(source, code) else "unknown")
    new = _count(connection, alarms, key, {"severity": severity, "pool": pool}, now_s)
    raised = [{**key, "severity": severity, "last_s": now_s}]
    return raised + (_bound(connection, alarms, pool, bounds.ALARMS, now_s) if new else [])


def put_aside(connection: Connection, aside: Aside, now_s: int) -> list[dict]:
    """Quarantine what is refused and raise the alarm for it; returns what was raised."""
    raw_hash, terminal = hashlib.sha256(aside.raw).digest(), _fit(aside.terminal, 64)
    key = {"reason": aside.reason, "terminal": terminal, "raw_hash": raw_hash}
    pool = bounds.pool(connection, terminal, aside.reason) if aside.most else None
    kept = {"detail": _fit(aside.detail, 200), "topic": _fit(aside.topic, 200), "raw": aside.raw[:KEPT_BYTES]}
    new = _count(connection, quarantine, key, {**kept, "pool": pool, "about": aside.about}, now_s)
    raised = raise_alarm(connection, aside.reason, aside.terminal, aside.alarm or aside.detail, now_s)
    return raised + (_bound(connection, quarantine, pool, aside.most, now_s) if new and pool else [])


def _known(source: str, code: str) -> bool:
    return source == "host" or int(code) in _OF_TERMINALS


def _bound(connection: Connection, table: Table, pool: str, most: int, now_s: int) -> list[dict]:
    if not bounds.let_go(connection, table, pool, most):
        return []
    terminal, of = pool.split("/", 1)
    return raise_alarm(connection, "flood", terminal, f"{table.name} {of}", now_s)


def _fit(text: str, length: int) -> str:
    """As much of a stranger's text as a column takes; PostgreSQL keeps no NUL."""
    return text[:length].replace("\0", "?")


def _count(connection: Connection, table: Table, key: dict, rest: dict, now_s: int) -> bool:
    """True when it is the first of its kind."""
    row = {**key, **rest, "count": 1, "first_s": now_s, "last_s": now_s}
    return connection.execute(_counting(connection.dialect.name, table, tuple(key)), row).scalar() == 1


@cache
def _counting(dialect: str, table: Table, key: tuple[str, ...]):
    first = inserting(dialect, table)
    again: dict = {"count": table.c.count + 1, "last_s": first.excluded.last_s}
    if table is quarantine:
        again["about"] = _about(table.c.about, first.excluded.about)
    return first.on_conflict_do_update(index_elements=key, set_=again).returning(table.c.count)


def _about(held: ColumnElement, told: ColumnElement) -> ColumnElement:
    """The intent of a decision that came again; b"" when another one was beside it now."""
    return case((told.is_(None), held), (held.is_(None), told), (held == told, held), else_=b"")
