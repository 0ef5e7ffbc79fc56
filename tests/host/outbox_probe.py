# SPDX-License-Identifier: MIT
"""Runs on every runtime: outbox_probe.py PORT TERMINAL RECORDS PAN. A journal in memory, synced with a real host.

Asks for a decision on a sale in the middle of the backlog, then waits until the host has receipted everything.
"""

import asyncio
import json
import sys

from pos import compat
from pos.cards import card_data
from pos.codec import records
from pos.crypto import sandbox
from pos.journal import Journal
from pos.journal.devices import RamDevice
from pos.net import uplink


class Config:
    """What the uplink asks of a configuration."""

    broker_host, partition, keepalive_s, tls = "127.0.0.1", "0", 10, False
    broker_user = broker_password = tls_name = ""
    reconnect_max_s = 60


def sale(journal, data_key, terminal, pan, amount):
    seq = journal.next_seq
    card = card_data.seal(data_key, terminal.encode(), journal.epoch, seq, bytes(5), pan, "3012", "101")
    values = [
        0,
        0,
        0,
        1700000000,
        seq,
        1,
        seq,
        amount,
        "CNY",
        "01",
        "S",
        "UNIONPAY",
        "625094******0014",
        0,
        card,
    ]
    return journal.append(records.SALE, values)


async def main(port, terminal, count, pan):
    device = RamDevice(8)
    Journal.format(device, terminal, 1)
    journal = Journal(device)
    journal.recover()
    mac_key, data_key = sandbox.derive(terminal)
    config = Config()
    config.broker_port, config.terminal = port, terminal
    box = uplink.outbox(journal, None, config, mac_key)
    alarms = []
    box.on_alarm = lambda name, detail: alarms.append(name)
    for _ in range(count):
        journal.append(records.ALARM, [0, 0, 0, 1700000000, 0, 1, 0, 501, 2, "backlog"])
    task = asyncio.create_task(box.run())
    started = compat.ticks_ms()
    answer = await box.request(sale(journal, data_key, terminal, pan, 1234), 15000)
    answered = compat.ticks_diff(compat.ticks_ms(), started)
    while journal.pending_count():
        await compat.sleep_ms(10)
    task.cancel()
    code = answer["code"] if answer else None
    print(
        json.dumps({"code": code, "answer_ms": answered, "alarms": alarms, "cumulative": journal.cumulative})
    )


asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]))
