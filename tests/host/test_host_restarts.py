# SPDX-License-Identifier: MIT
"""The host dies at every step between verify and acknowledgement, and starts again (F15, DESIGN.md invariants 3, 4).

A step is a statement, a commit, a publish or an acknowledgement. At each one in turn a host dies; the next one gets
what the broker and the terminal send again. Nothing is lost, nothing doubled, and no receipt came before its commit.
"""

import sqlite3
from contextlib import suppress
from itertools import count

import psycopg
import pytest
from pretend import Pretend
from sqlalchemy import event, func, select

from pos.codec import messages
from suanpan.host import database
from suanpan.host.exchange import Exchange
from suanpan.host.schema import decisions, records
from suanpan.host.uplink import Delivery

RECORDS = 4  # of one day


class Killed(BaseException):
    """What ends a process: nothing in the host catches it."""


class Fate:
    """Counts the steps of a host, and ends it at the `last` one, before or after it is done."""

    def __init__(self, last=None):
        self.steps, self._last = 0, last

    def step(self, *_, **__):
        self.steps += 1
        if self.steps == self._last:
            raise Killed


class Wire:
    """In place of the uplink: checks each receipt against what is committed, and keeps what was said."""

    def __init__(self, fate, books, terminal):
        self._fate, self._books, self._terminal = fate, books, terminal
        self.said, self.acknowledged = [], 0

    def publish(self, topic, payload):
        self._fate.step()
        message = self._terminal.opened(payload)
        if message["type"] == messages.RECEIPT:
            assert committed(self._books) >= message["cumulative"], "a receipt came before the commit"
        self.said.append(message)
        self._fate.step()

    def acknowledge(self, delivery):
        self._fate.step()
        self.acknowledged += 1


def committed(books):
    with books.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(records)).scalar()


def settle(books, group, fate, terminal):
    """A host of its own on these books; returns what it said until it died."""
    host = type(books)(books.url)
    wire = Wire(fate, books, terminal)
    connections = []
    event.listen(host.engine, "connect", lambda connection, _: connections.append(connection))
    host.engine.dispose()  # what it opened so far is not on the list
    for name in ("before_cursor_execute", "commit"):
        event.listen(host.engine, name, fate.step)
    try:
        Exchange(host.ingest, host.decider, wire, lambda kind, row: fate.step()).settle(group)
    finally:
        for connection in connections:
            with suppress(sqlite3.ProgrammingError, psycopg.OperationalError):  # closed already
                connection.rollback()  # as the end of a process does
                connection.close()
    return wire


def day(terminal):
    """A sale and a void that are asked, an outcome, an alarm, and something forged."""
    sale = terminal.message(terminal.sale(), urgent=True)
    void = terminal.message(terminal.void(1), urgent=True)
    rest = terminal.message(terminal.outcome(1), terminal.alarm())
    payloads = (sale, void, rest, rest[:-1] + b"?")
    return [Delivery(terminal.up, payload, mid, 1) for mid, payload in enumerate(payloads)]


@pytest.mark.fault("F15")
def test_killed_at_every_step(books):
    for last in count(1):
        terminal = Pretend(f"SIM{last:05}")
        group, fate = day(terminal), Fate(last)
        before = committed(books)
        try:
            settle(books, group, fate, terminal)
        except Killed:
            assert committed(books) - before in (0, RECORDS), "a group is stored whole or not at all"
        again = settle(books, group, Fate(), terminal)
        assert committed(books) - before == RECORDS and again.acknowledged == 4
        assert again.said[-1]["cumulative"] == RECORDS
        mine = [row for row in books.rows() if row["terminal"] == terminal.name]
        assert [(row["seq"], row["state"]) for row in mine] == [(1, "approved"), (2, "pending")]
        assert decided(books, terminal) == [(1, "00"), (2, "00")]
        if fate.steps < last:
            break
    assert last > 30, "the host has more steps than that"


def decided(books, terminal):
    query = select(decisions.c.seq, decisions.c.code).where(decisions.c.terminal == terminal.name)
    with database.reading(books.engine) as connection:
        return [tuple(row) for row in connection.execute(query.order_by(decisions.c.seq))]


@pytest.mark.fault("F15")
@pytest.mark.parametrize("died", ["before", "after"])
def test_an_answer_is_the_same_after_a_restart(books, terminal, died):
    """Whether the terminal heard it before the host died or not."""
    group = day(terminal)
    first = settle(books, group, Fate(), terminal) if died == "after" else None
    again = settle(books, group, Fate(), terminal)
    answers = [said["reference"] for said in again.said if said["type"] == messages.ANSWER]
    assert len(set(answers)) == 2
    if first:
        assert answers == [said["reference"] for said in first.said if said["type"] == messages.ANSWER]
