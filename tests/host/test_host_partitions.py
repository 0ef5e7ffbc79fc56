# SPDX-License-Identifier: MIT
"""Terminals shared by several hosts: one broker, one database, a partition each; and what holds when they overlap."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from broker_fixture import amqtt
from paho_terminal import Wired
from pretend import AT_S, Pretend, until

from suanpan.host import Host, database, ledger
from suanpan.host.committed import Message

SALES = 20


@pytest.fixture
def broker():
    with amqtt() as url:
        yield url


@pytest.fixture
def hosts(broker, db_url):
    made = [Host(db_url, broker, f"{index}/2") for index in range(2)]
    for host in made:
        host.start()
        assert host.wait_ready(20)
    yield made
    for host in made:
        host.stop()


def test_two_hosts_share_the_terminals_by_partition(hosts, broker, db_url):
    told = [[], []]
    for host, rows in zip(hosts, told, strict=True):
        host.subscribe(
            lambda kind, row, rows=rows: rows.append(row["terminal"]) if kind == "transaction" else None
        )
    terminals = [Wired(broker, f"SIM0000{number}", str(number % 2)) for number in range(4)]
    for _ in range(SALES):
        for terminal in terminals:
            sale = terminal.sale()
            terminal.publish(sale, terminal.outcome(terminal.seq))
    for terminal in terminals:
        until(lambda terminal=terminal: terminal.retired() == 2 * SALES, f"receipts of {terminal.name}")
        terminal.close()
    assert set(told[0]) == {"SIM00000", "SIM00002"} and set(told[1]) == {"SIM00001", "SIM00003"}
    rows = ledger.all_transactions(database.open_books(db_url))
    assert len(rows) == 4 * SALES and {row["state"] for row in rows} == {"approved"}
    assert sum(row["amount"] for row in rows) == 4 * SALES * 1234


def test_hosts_that_get_the_same_messages_store_each_record_once(books):
    """Two hosts by mistake on one partition, at the same instant, with terminals in opposite order."""
    terminals = [Pretend(f"SIM{number:05}") for number in range(6)]
    group = [
        Message(
            terminal.up, terminal.message(terminal.sale(), terminal.outcome(terminal.seq), terminal.alarm())
        )
        for terminal in terminals
        for _ in range(10)
    ]
    twins = [type(books)(books.url) for _ in range(2)]
    parts = [group[start : start + 6] for start in range(0, len(group), 6)]
    with ThreadPoolExecutor(2) as pool:
        runs = pool.map(take_all, twins, (parts, [part[::-1] for part in parts]))
        assert sum(runs) == 3 * len(group)
    assert len(books.rows()) == len(group) and "other-body" not in books.alarms()
    for twin in twins:
        twin.engine.dispose()


def take_all(books, parts):
    return sum(books.ingest.commit(part, AT_S).stored for part in parts)
