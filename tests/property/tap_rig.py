# SPDX-License-Identifier: MIT
"""A contactless terminal around virtual cards: what is shown, what comes out, and the issuer's check by pyemv."""

import asyncio
import random

from chip_rig import TODAY, InReader, Issuer, ca_key

from boards.sim.chips.emv import contactless_cards
from pos.cards import contactless, outcome, terminal
from pos.cards.data_set import DataSet
from pos.cards.errors import TwoCards
from standard_rows import Held, standard

BELOW, ABOVE = 12300, 123456


class Tapped(InReader):
    async def present(self):
        return False


class Field:
    """A reader: each look finds the next tap, a card or None for two of them at once."""

    def __init__(self, *taps):
        self.taps, self.commands = list(taps), []

    async def detect(self, timeout_ms):
        card = self.taps.pop(0)
        if card is None:
            raise TwoCards()
        reader = Tapped(card)
        reader.commands = self.commands
        return reader


def rows(**changes):
    return tuple(row._replace(**changes) for row in standard("contactless"))


def side(applications=None, **changes):
    held = Held(applications or standard("contactless"))
    made = terminal.standard(held, ca_key, random.Random(1).randbytes)
    return made._replace(**changes)


OFFLINE = rows(floor_limit=10**6, tac_online=bytes(5))


class Payment:
    """One payment with `taps`, cards or their names; it is over when this is made."""

    def __init__(self, *taps, amount=BELOW, terminal_side=None, timeout_ms=2000, kind=0):
        self.terminal, self.data, self.shown = terminal_side or side(), DataSet(), []
        held = [contactless_cards.card(tap) if isinstance(tap, str) else tap for tap in taps]
        self.reader = Field(*held)
        terminal.begin(self.data, self.terminal, amount, "0156", TODAY, "101112", 7, kind)
        going = contactless.run(self.reader, self.data, self.terminal, self.shown.append, timeout_ms)
        self.outcome = asyncio.run(going)

    @property
    def result(self):
        return self.outcome.result, self.outcome.reason, self.outcome.cvm

    def verified_by(self, name):
        """Does the cryptogram of the payment verify with the issuer of the card called `name`?"""
        return Issuer(contactless_cards.PERSONALITIES[name]).verifies(self.data)

    @property
    def read(self):
        return outcome.CARD_READ in self.shown
