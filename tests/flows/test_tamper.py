# SPDX-License-Identifier: MIT
"""The case is opened: keys first, then the alarm, then the stop; nothing keeps the keys."""

import asyncio

from rig import Rig

from expect import raises_async
from pos.journal import JournalFull
from pos.ops.tamper import Tampered, guard


class Contact:
    def __init__(self):
        self.open = asyncio.Event()

    async def opened(self):
        await self.open.wait()


class Store:
    erased = False

    def erase(self):
        self.erased = True


def guarded():
    rig = Rig()
    rig.board.tamper, rig.terminal._keys = Contact(), Store()
    return rig, rig.terminal._keys


async def test_f37_keys_are_erased_and_the_alarm_is_durable():
    rig, keys = guarded()
    task = asyncio.create_task(guard(rig.terminal))
    await asyncio.sleep(0)
    assert not keys.erased
    rig.board.tamper.open.set()
    await raises_async(Tampered, task)
    assert keys.erased
    assert [alarm["code"] for alarm in rig.records("alarm")] == [306]


async def test_f37_without_memory_or_room_the_keys_are_gone_all_the_same():
    for error in (MemoryError, JournalFull):
        rig, keys = guarded()

        def scarce(name, detail="", error=error, keys=keys):
            assert keys.erased
            raise error("scarce")

        rig.terminal.alarm = scarce
        rig.board.tamper.open.set()
        await raises_async(Tampered, guard(rig.terminal))
        assert keys.erased
