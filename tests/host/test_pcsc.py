# SPDX-License-Identifier: MIT
"""Contact chip cards through a real pcscd and its virtual reader: whole sales, cards pulled, no daemon, no reader."""

import asyncio
import threading
from contextlib import asynccontextmanager

import pcscd
import pytest
from chip_rig import Desk, sale

from boards.sim.chips.emv import cards
from pos.cards.contact import APPROVED, DECLINED, RETRY
from pos.cards.errors import CardError, CardRemoved
from pos.drivers import DeviceTimeout

pcsc = pytest.importorskip("boards.raspberry_pi.pcsc", reason="pyscard is missing: see docs/readers.md")

pytestmark = [
    pytest.mark.needs("pcscd", "vsmartcard-vpcd"),
    pytest.mark.skipif(pcscd.namespaces() is None, reason="unshare may not make namespaces here"),
]
SELECT = bytes.fromhex("00A404000E315041592E5359532E444446303100")
CREDIT = cards.PERSONALITIES["chip-credit"]
TC = 0x40  # of the Cryptogram Information Data, tag 9F27


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """The daemon looks at the reader several times a second, if this machine lets it."""
    monkeypatch.setattr(pcsc, "SETTLE_MS", 3000)


class Counted:
    """A card that counts its commands."""

    def __init__(self, card):
        self._card, self.commands = card, 0
        self.waiting_time_ms = card.waiting_time_ms

    async def transmit(self, command):
        self.commands += 1
        return await self._card.transmit(command)


async def inserted(daemon, reader, *which):
    await daemon.insert(*which)
    return await reader.inserted(10_000)


@pytest.mark.fault("F31")
async def test_a_sale_is_approved_by_its_host_and_pulled_at_any_command_it_is_not():
    async with pcscd.Pcscd() as daemon:
        reader = pcsc.PcscReader()
        await reader.start()
        card, desk = Counted(await inserted(daemon, reader, CREDIT.name)), Desk(CREDIT)
        outcome, data = await sale(card, desk)
        assert (outcome.result, outcome.online, desk.asked) == (APPROVED, True, 1)
        assert data.get(0x9F27)[0] & 0xC0 == TC
        for at in range(1, card.commands + 1):
            await daemon.remove()
            await reader.removed(5000)
            outcome, _ = await sale(await inserted(daemon, reader, CREDIT.name, at), Desk(CREDIT))
            assert outcome.result in (RETRY, DECLINED) and outcome.reason == "removed", at
            assert outcome.reverse == (at == card.commands)  # the host had approved
        await reader.stop()


async def test_a_card_that_is_swapped_unseen_is_another_session():
    """What is left of the first card's session does not reach the second one's."""
    async with pcscd.Pcscd() as daemon:
        reader, watcher = pcsc.PcscReader(), pcsc.PcscReader()
        await reader.start()
        await watcher.start()
        first = await inserted(daemon, reader, CREDIT.name)
        await daemon.remove()
        await watcher.removed(5000)
        second = await inserted(daemon, reader, CREDIT.name)
        await first.release()
        assert (await sale(second, Desk(CREDIT)))[0].result == APPROVED
        with pytest.raises(CardRemoved):
            await first.transmit(SELECT)


@asynccontextmanager
async def slow_card():
    """(reader, its card, which takes its time)."""
    async with pcscd.Pcscd() as daemon:
        reader = pcsc.PcscReader()
        await reader.start()
        yield reader, await inserted(daemon, reader, "chip-slow")


async def test_the_loop_goes_on_while_a_card_works():
    async with slow_card() as (_reader, card):
        working = asyncio.create_task(card.transmit(SELECT))
        turns = 0
        while not working.done():
            await asyncio.sleep(0)
            turns += 1
        assert turns > 10 and working.result()[-2:] == b"\x90\x00"


async def test_a_card_that_was_released_or_left_begins_anew():
    async with slow_card() as (reader, card):
        waiting = asyncio.create_task(card.transmit(SELECT))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        with pytest.raises(CardRemoved):
            await card.transmit(SELECT)
        await card.release()
        card = await reader.inserted(5000)
        assert (await card.transmit(SELECT))[-2:] == b"\x90\x00"
        assert card.atr.protocol == 0


async def test_a_card_that_nobody_waits_for_any_more_is_not_kept(monkeypatch):
    connect, begun = pcsc.scard.SCardConnect, threading.Event()

    def slow(*sharing):
        begun.set()
        return connect(*sharing)

    async with pcscd.Pcscd() as daemon:
        reader, other = pcsc.PcscReader(), pcsc.PcscReader()
        await reader.start()
        await other.start()
        await daemon.insert(CREDIT.name)
        monkeypatch.setattr(pcsc.scard, "SCardConnect", slow)
        waiting = asyncio.create_task(reader.inserted(10_000))
        await asyncio.to_thread(begun.wait, 10)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        with monkeypatch.context() as patch:
            patch.setattr(pcsc, "Atr", unreadable)
            with pytest.raises(CardError):
                await reader.inserted(5000)
        assert await other.inserted(5000)


def unreadable(atr):
    raise CardError("malformed")


async def test_waits_end_in_time():
    async with pcscd.Pcscd() as daemon:
        reader = pcsc.PcscReader()
        await reader.start()
        with pytest.raises(DeviceTimeout, match="card"):
            await reader.inserted(50)
        card = await inserted(daemon, reader, CREDIT.name)
        with pytest.raises(DeviceTimeout, match="card"):
            await reader.removed(50)
        await daemon.remove()
        await reader.removed(5000)
        with pytest.raises(CardRemoved):
            await card.transmit(SELECT)


@pytest.mark.fault("F36")
async def test_no_daemon_no_reader_of_that_name_and_a_daemon_that_dies():
    pcscd.address()
    with pytest.raises(DeviceTimeout):
        await pcsc.PcscReader().start()
    async with pcscd.Pcscd() as daemon:
        with pytest.raises(DeviceTimeout, match="card reader"):
            await pcsc.PcscReader("another").start()
        reader = pcsc.PcscReader()
        await reader.start()
        await inserted(daemon, reader, CREDIT.name)
        with pytest.raises(DeviceTimeout):  # exclusive: the card is in use
            other = pcsc.PcscReader()
            await other.start()
            await other.inserted(5000)
        await daemon.kill_daemon()
        with pytest.raises(DeviceTimeout):
            await reader.inserted(5000)
        with pytest.raises(DeviceTimeout):
            await pcsc.PcscReader().start()
