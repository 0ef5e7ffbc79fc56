# SPDX-License-Identifier: MIT
"""Chip and contactless readers at a terminal's edge (tests/flows/rig.py), with virtual cards in them."""

import asyncio

from chip_rig import InReader
from edges import Mailbox
from given import IDLE
from rig import Rig

from boards.sim.chips.emv import cards, contactless_cards
from suanpan.provision.parameters import STANDARD

AMOUNT = (IDLE, "1 2 3 4 ENTER")
LARGE = (IDLE, "2 0 0 0 00 ENTER")


class InSlot(InReader):
    """A card in the chip reader; `pull` takes it out."""

    released = False

    async def release(self):
        self.released = True


class ChipReader(Mailbox):
    """Takes virtual cards, or what a reader raises; a card stays in for a moment after the end."""

    looks = 0
    stays = None  # a card that nobody takes away

    async def start(self):
        pass

    async def inserted(self, timeout_ms):
        card = self.stays or await self.get(timeout_ms)
        return card if isinstance(card, InReader) else InSlot(card)

    async def removed(self, timeout_ms):
        self.looks += 1
        await asyncio.sleep(0.01)
        while self.stays:
            await asyncio.sleep(0.01)


class InField(InReader):
    """A card in the field, gone when the terminal looks again."""

    async def present(self):
        return False


class Field(Mailbox):
    on = False

    async def start(self):
        self.on = True

    async def stop(self):
        self.on = False

    async def detect(self, timeout_ms):
        card = await self.get(timeout_ms)
        return card if isinstance(card, InReader) else InField(card)


def with_readers(answers=(), **settings):
    """A Rig whose board reads chips, those of the standard applications."""
    rig = Rig([{"icc": b"", **answer} if answer else answer for answer in answers], **settings)
    rig.board.chip, rig.board.contactless = ChipReader(), Field()
    rig.board.profile_dir = str(STANDARD.parent)
    return rig


def chip(name):
    return "chip", cards.card(name)


def tap(name):
    return "contactless", contactless_cards.card(name)


def run(rig, *steps):
    asyncio.run(rig.flow(*steps))
    return rig


def states(rig):
    return [(sold.state, sold.entry) for sold in rig.transactions()]
