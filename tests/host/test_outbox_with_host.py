# SPDX-License-Identifier: MIT
"""The outbox on each runtime with the real journal, a real broker and the real host: receipts and an answer."""

import asyncio
import json

import pytest
from brokers import Mosquitto

from suanpan.host import Host, sandbox
from suanpan.runtime.launch import launch
from suanpan.simulator.network import FaultyProxy

PROBE = __file__.replace("test_outbox_with_host", "outbox_probe")
BACKLOG = 60


async def run_probe(runtime, *words):
    started = launch(runtime, PROBE, tuple(str(word) for word in words))
    process = await asyncio.create_subprocess_exec(
        *started.argv, env=started.env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        out, error = await asyncio.wait_for(process.communicate(), 40)
    except TimeoutError:
        process.kill()
        raise
    assert process.returncode == 0, error.decode()
    return json.loads(out.splitlines()[-1])


@pytest.mark.needs("mosquitto")
@pytest.mark.parametrize("runtime", ["cpython", "micropython", "micropython32"])
async def test_backlog_and_request_over_a_slow_network(runtime, tmp_path):
    async with Mosquitto(tmp_path) as broker:
        host = Host(f"sqlite:///{tmp_path / 'host.db'}", f"mqtt://127.0.0.1:{broker.port}", sandbox=True)
        host.start()
        assert await asyncio.to_thread(host.wait_ready, 20)
        proxy = FaultyProxy("127.0.0.1", broker.port)
        await proxy.start()
        proxy.set(delay_ms=50)
        try:
            said = await run_probe(
                runtime, proxy.port, "SIM-OUTBOX", BACKLOG, sandbox.cards["mag-credit"]["pan"]
            )
            rows = host.transactions()
        finally:
            await proxy.stop()
            await asyncio.to_thread(host.stop)
    assert (said["code"], said["alarms"], said["cumulative"]) == ("00", [], BACKLOG + 1), said
    assert [(row["seq"], row["amount"]) for row in rows] == [(BACKLOG + 1, 1234)]
