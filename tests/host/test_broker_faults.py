# SPDX-License-Identifier: MIT
"""FAULTS F6, F14 and F16 with the terminal's own outbox, real brokers and the real host."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from broker_fixture import amqtt, mosquitto
from brokers import Mosquitto, free_port
from synced_terminal import Synced, copy_of

from suanpan.host import Host, database, ledger
from suanpan.simulator.network import FaultyProxy

LONGEST = 300  # bytes: greeting, subscription and the first batch
BROKERS = ["amqtt", pytest.param("mosquitto", marks=pytest.mark.needs("mosquitto"))]


@pytest.fixture(params=BROKERS)
def broker(request, tmp_path):
    with amqtt() if request.param == "amqtt" else mosquitto(tmp_path) as url:
        yield url


@asynccontextmanager
async def hosted(folder, url):
    host = Host(f"sqlite:///{folder / 'host.db'}", url)
    host.start()
    try:
        assert await asyncio.to_thread(host.wait_ready, 20)
        yield host
    finally:
        await asyncio.to_thread(host.stop)


def alarms(folder):
    """{code: how often} in the host's books."""
    engine = database.open_books(f"sqlite:///{folder / 'host.db'}")
    counts = Counter()
    for row in ledger.all_alarms(engine):
        counts[row["code"]] += row["count"]
    engine.dispose()
    return counts


def apart(folder):
    """(epoch, amount) of what the host keeps apart from its books."""
    engine = database.open_books(f"sqlite:///{folder / 'host.db'}")
    rows = ledger.aside(engine)
    engine.dispose()
    return sorted((row["epoch"], row["amount"]) for row in rows)


@pytest.mark.fault("F6")
async def test_a_restored_image_hands_over_what_it_sold_and_goes_on_in_a_new_epoch(broker, tmp_path):
    async with hosted(tmp_path, broker) as host:
        async with Synced(broker) as terminal:
            terminal.sell(100)
            await terminal.settled()
            old = copy_of(terminal.device)
            terminal.sell(200)
            terminal.sell(300)
            await terminal.settled()
        async with Synced(broker, device=old) as restored:
            restored.sell(888)
            restored.sell(999)  # numbers that the host knows with another body
            restored.sell(777)  # and one that it does not
            await restored.until(lambda: restored.box.dispute, "the host tells of the dispute")
            await restored.settled()
            restored.box.begin_epoch()
            restored.sell(400)
            await restored.settled()
        assert sorted((row["epoch"], row["amount"]) for row in host.transactions()) == [
            (1, 100), (1, 200), (1, 300), (2, 400)
        ]  # fmt: skip
        assert apart(tmp_path) == [(1, 777), (1, 888), (1, 999)]
        assert {"other-body", "disputed"} <= set(alarms(tmp_path))


@pytest.mark.fault("F6")
async def test_a_late_receipt_of_the_flash_before_retires_nothing(broker, tmp_path):
    """The broker, or whoever runs it, delivers it again: right MAC, right epoch, other records."""
    kept = []
    async with hosted(tmp_path, broker), Synced(broker) as terminal:
        take = terminal.box.receive
        terminal.box.session._client._on_message = lambda *message: (kept.append(message), take(*message))
        old = copy_of(terminal.device)
        terminal.sell(100)
        await terminal.settled()
    restored = Synced(broker, device=old)
    restored.sell(999)
    for message in kept:
        restored.box.receive(*message)
    assert kept and restored.journal.pending_count() == 1 and not restored.alarms


@pytest.mark.fault("F16")
@pytest.mark.needs("mosquitto")
async def test_two_devices_with_one_identity_are_both_seen(tmp_path):
    """The books follow the first; the second is told, and its money stands apart."""
    with mosquitto(tmp_path) as broker:
        async with hosted(tmp_path, broker) as host:
            async with Synced(broker) as one, Synced(broker) as two:
                one.sell(100)
                one.sell(200)
                await one.settled()
                two.sell(999)
                await two.until(lambda: two.box.dispute, "the host tells of the dispute")
                await two.settled()
                one.sell(300)
                await one.settled()
                assert "other-body" in alarms(tmp_path) and one.box.dispute is None
            assert sorted(row["amount"] for row in host.transactions()) == [100, 200, 300]
            assert apart(tmp_path) == [(1, 999)]


@pytest.mark.fault("F16")
@pytest.mark.needs("mosquitto")
async def test_rivals_that_put_each_other_out_back_off_with_jitter(tmp_path):
    async with Mosquitto(tmp_path) as broker:
        url = f"mqtt://127.0.0.1:{broker.port}"
        async with Synced(url) as one, Synced(url) as two:
            both = (one, two)
            await one.until(lambda: all(max([0, *t.pauses_ms]) == 400 for t in both), "both pause for long")
            assert all(t.pauses_ms[:5] == [20, 40, 80, 160, 320] for t in both), "the pauses double"


@pytest.mark.fault("F14")
@pytest.mark.needs("mosquitto")
async def test_a_puback_for_what_an_acl_denied_retires_nothing(tmp_path):
    """mosquitto acknowledges what it throws away; when the rule is put right, everything arrives."""
    acl, port = tmp_path / "acl", free_port()
    acl.write_text("topic read #\n")
    acl.chmod(0o600)
    async with Mosquitto(tmp_path, port, f"acl_file {acl}\n") as broker:
        url = f"mqtt://127.0.0.1:{port}"
        async with Synced(url) as terminal:
            await terminal.until(lambda: terminal.ups, "online")
            terminal.note(count=5)
            client = terminal.box.session._client
            await terminal.until(lambda: client._number > 4 and not client.unacknowledged, "PUBACKs")
            assert terminal.journal.pending_count() == 5
            await broker.kill()
            async with Mosquitto(tmp_path, port), hosted(tmp_path, url):
                await terminal.settled()


@pytest.mark.fault("F14")
@pytest.mark.needs("mosquitto")
async def test_a_broker_that_dies_after_its_pubacks_loses_nothing(tmp_path):
    """It held everything in memory for a host that was away."""
    port = free_port()
    url = f"mqtt://127.0.0.1:{port}"
    async with Mosquitto(tmp_path, port) as broker, Synced(url) as terminal:
        async with hosted(tmp_path, url):
            pass  # the host has a session now, and is away
        terminal.note(count=20)
        client = terminal.box.session._client
        await terminal.until(lambda: client._number > 1 and not client.unacknowledged, "PUBACKs")
        await broker.kill()
        async with Mosquitto(tmp_path, port), hosted(tmp_path, url):
            await terminal.settled()


@pytest.mark.fault("F14")
@pytest.mark.needs("mosquitto")
async def test_a_queue_that_overflows_for_an_absent_host_loses_nothing(tmp_path):
    """The broker keeps one batch of several for the host, and says so to nobody."""
    async with Mosquitto(tmp_path, lines="max_queued_messages 1\nmax_inflight_messages 1\n") as broker:
        url = f"mqtt://127.0.0.1:{broker.port}"
        async with hosted(tmp_path, url):
            pass
        async with Synced(url) as terminal:
            terminal.note("x" * 30, count=200)
            client = terminal.box.session._client
            await terminal.until(lambda: client._number > 5 and not client.unacknowledged, "PUBACKs")
            assert terminal.journal.pending_count() == 200
            async with hosted(tmp_path, url):
                await terminal.settled()
                assert alarms(tmp_path)["301"] == 200


@pytest.mark.fault("F12")
@pytest.mark.needs("mosquitto")
async def test_a_connection_resumes_wherever_it_is_cut(tmp_path):
    """In the greeting, the subscription, a batch or a receipt: all the same each record is stored once."""
    with mosquitto(tmp_path) as url:
        async with hosted(tmp_path, url):
            proxy = FaultyProxy("127.0.0.1", urlsplit(url).port)
            await proxy.start()
            async with Synced(f"mqtt://127.0.0.1:{proxy.port}") as terminal:
                for cut_after in range(1, LONGEST, 10):
                    terminal.note(f"cut after {cut_after}")
                    proxy.set(cut_after=cut_after)
                    ups = terminal.ups
                    await terminal.until(lambda before=ups: terminal.ups > before, "online again")
                await terminal.settled()
                sent = terminal.journal.next_seq - 1
            await proxy.stop()
        assert alarms(tmp_path)["301"] == sent
