# SPDX-License-Identifier: MIT
"""A terminal's own journal, outbox and MQTT client in this process, against a real broker."""

import asyncio
from urllib.parse import urlsplit

from pretend import AT_S, WAIT_S

from pos.codec import records
from pos.crypto import sandbox
from pos.journal import Journal
from pos.journal.devices import RamDevice
from pos.net.backoff import Backoff
from pos.net.mqtt import Client
from pos.net.outbox import Outbox
from pos.net.session import Session


class Synced:
    """`async with Synced(url) as terminal`; `alarms` and `pauses_ms` tell what it met."""

    def __init__(self, url, name="SIM00001", device=None, user=None, receipt_ms=300):
        self.name, self.device = name, device or new_device(name)
        self.journal = Journal(self.device)
        self.journal.recover()
        self.alarms, self.pauses_ms, self.ups = [], [], 0
        mac_key, _ = sandbox.derive(name)
        self.box = Outbox(self.journal, name, mac_key, receipt_ms=receipt_ms)
        where = urlsplit(url)
        password = "secret" if user else None
        client = Client(
            where.hostname, where.port, name, user, password, keepalive_s=2, on_message=self.box.receive
        )
        pause = Backoff(self._drawn, base_ms=20, cap_ms=400)
        self.box.session = Session(client, self.box.topic_down, pause, self._changed)
        self.box.on_alarm = lambda code, _detail: self.alarms.append(code)

    def _drawn(self, ceiling):
        self.pauses_ms.append(ceiling - 1)
        return ceiling // 2

    def _changed(self, online, reason):
        self.ups += online
        self.box.changed(online, reason)

    async def __aenter__(self):
        self._task = asyncio.create_task(self.box.run())
        return self

    async def __aexit__(self, *error):
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def note(self, detail="no network", count=1):
        for _ in range(count):
            values = records.ALARM.values(at_s=AT_S, code=301, severity=2, detail=detail)
            self.journal.append(records.ALARM, values)
        self.box.kick()

    def sell(self, amount):
        values = records.SALE.values(at_s=AT_S, amount=amount, currency="CNY", trace=1, voucher=1, entry="S")
        self.journal.append(records.SALE, values)
        self.box.kick()

    async def until(self, condition, what):
        async def met():
            while not condition():
                await asyncio.sleep(0.005)

        try:
            await asyncio.wait_for(met(), WAIT_S)
        except TimeoutError:
            raise AssertionError(f"waited in vain: {what}; alarms {self.alarms}") from None

    async def settled(self):
        await self.until(lambda: not self.journal.pending_count(), "every record has its receipt")


def new_device(name, blocks=8):
    device = RamDevice(blocks)
    Journal.format(device, name, 1)
    return device


def copy_of(device):
    """The flash as it is now, to be restored later."""
    copy = RamDevice(device.blocks)
    copy.pages = [page and bytearray(page) for page in device.pages]
    return copy
