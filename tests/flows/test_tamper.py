# SPDX-License-Identifier: MIT
"""The case is opened: keys first, then the alarm, then the stop; nothing keeps the keys."""

import asyncio

from rig import Rig

from expect import raises_async
from pos.journal import JournalFull
from pos.ops.tamper import Tampered, guard
from register import Board, held


class Contact:
    def __init__(self):
        self.open = asyncio.Event()

    async def opened(self):
        await self.open.wait()


class Store:
    """`register`: what must be erased before."""

    erased = False

    def __init__(self, register):
        self._device = register.device

    def erase(self):
        self.erased = not held(self._device)


def guarded():
    rig, register = Rig(), Board()
    rig.board.tamper, rig.terminal._keys = Contact(), Store(register)
    rig.terminal._key_device = register.key_device
    return rig, rig.terminal._keys, register


async def test_f37_keys_are_erased_and_the_alarm_is_durable():
    rig, keys, register = guarded()
    sale_key = rig.terminal.take_key()
    task = asyncio.create_task(guard(rig.terminal))
    await asyncio.sleep(0)
    assert not keys.erased and held(register.device)
    rig.board.tamper.open.set()
    await raises_async(Tampered, task)
    assert keys.erased and not any(sale_key._key) and not rig.outbox.online
    assert not register.device.opened
    assert [alarm["code"] for alarm in rig.records("alarm")] == [306]


async def test_f37_without_memory_or_room_the_keys_are_gone_all_the_same():
    for error in (MemoryError, JournalFull):
        rig, keys, _ = guarded()

        def scarce(name, detail="", error=error, keys=keys):
            assert keys.erased
            raise error("scarce")

        rig.terminal.alarm = scarce
        rig.board.tamper.open.set()
        await raises_async(Tampered, guard(rig.terminal))
        assert keys.erased


async def test_f37_a_register_that_fails_saves_no_other_key_and_no_alarm():
    rig, keys, register = guarded()

    def failing(operation, argument):
        raise OSError(5)

    register.device.pages = [None] * len(register.device.pages)  # nothing that Store could miss
    register.device.ioctl = failing
    rig.board.tamper.open.set()
    await raises_async(Tampered, guard(rig.terminal))
    assert keys.erased and [alarm["code"] for alarm in rig.records("alarm")] == [306]
