# SPDX-License-Identifier: MIT
"""Sells, voids and reprints by what the screen says, and notes what was asked of the terminal and what it said.

Asked is noted before the card is presented or the void confirmed, said while the screen is put on.
"""

import asyncio
import random

from pos.compat import sleep_ms, ticks_diff, ticks_ms
from pos.drivers.magstripe import StripeRead

_PATIENCE_MS = 20, 400
_ACTS = ("sale",) * 8 + ("void", "reprint")
_MENU = {"void": "1", "reprint": "2"}
_CANCELS = 20  # one sale of so many
_STEPS = 10_000  # amounts of one terminal differ by their last four digits
_CLASSES = 5  # tens of thousands of fen: some under the limits for offline, some over
_WATCHED = ("result", "recovered")  # screens that say what became of money


class Cashier:
    """`purse` holds tracks and codes; `pause_ms` is the longest time between two customers."""

    def __init__(self, terminal, notebook, purse, pause_ms):
        self._terminal, self._board = terminal, terminal.board
        self._notebook, self._purse, self._pause_ms = notebook, purse, pause_ms
        self._act = None
        self._changed = asyncio.Event()
        self._seen = 0
        self._screen = self._said = None
        self.closing = False

    @property
    def at_rest(self):
        """No customer, nothing in doubt, nothing in the queue, and the host can be reached."""
        books, outbox = self._terminal.books, self._terminal.outbox
        idle = self._screen == "idle" and self._act is None
        return idle and outbox.online and not books.pending() and books.in_doubt() is None

    @property
    def standing(self):
        """What keeps it from rest, for the log; `under_way`: last seq of each batch and ms until it is sent again."""
        outbox, now = self._terminal.outbox, ticks_ms()
        return {
            "screen": self._screen,
            "online": outbox.online,
            "reason": str(outbox.session.reason or ""),
            "refusal": outbox.refusal,
            "pending": self._terminal.books.pending(),
            "batch_bytes": outbox._batch_bytes,
            "under_way": [(last, ticks_diff(deadline, now)) for last, deadline in outbox._under_way],
        }

    def looks(self, view):
        """Called in the moment in which a screen is put on."""
        name, _, block, big = self._terminal.operator._view[:4]
        if name in _WATCHED and block:  # a reprint has no state
            self._hears(block, big)
        if name != self._screen or name not in ("idle", "authorise"):  # those change with clock and countdown
            self._seen += 1
            self._screen = name
            self._changed.set()

    def _hears(self, state, amount):
        """A result is shown again and again while it is printed."""
        last = self._terminal.books.last
        if self._said != last.seq:
            self._said = last.seq
            self._notebook.note(said=state, amount=amount, kind=last.kind, epoch=last.epoch, seq=last.seq)

    async def work(self):
        """For ever: look, think, answer. Nobody answers a screen that is gone."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            seen, answer = self._seen, getattr(self, "_at_" + self._screen, None)
            if answer is None:
                continue
            await sleep_ms(random.randint(*_PATIENCE_MS))
            if self._screen == "idle":
                await self._between_customers()
            if seen == self._seen:
                answer()

    async def _between_customers(self):
        self._act = None
        await sleep_ms(random.randint(0, self._pause_ms))

    def _keys(self, text):
        for key in text.split():
            self._board.keypad.put(key)

    def _at_idle(self):
        if self.closing:
            return
        self._act = random.choice(_ACTS)
        if self._act == "sale":
            amount = random.randint(0, _CLASSES) * _STEPS + self._notebook.lines % _STEPS + 1
            self._keys(" ".join(str(amount)))
        else:
            self._keys("MENU " + _MENU[self._act])

    def _at_amount(self):
        self._keys("ENTER" if self._act == "sale" else "CANCEL")

    def _at_present(self):
        if self._act != "sale" or not random.randint(0, _CANCELS):
            self._keys("CANCEL")
            return
        self._asks()
        card = random.choice(self._purse)
        if card.isdigit():
            self._board.scanner.put(card)
        else:
            self._board.stripe.put(StripeRead(None, card))

    def _asks(self):
        self._notebook.note(asked=self._act, amount=self._terminal.operator._view[3])

    def _at_void(self):
        self._asks()
        self._keys("ENTER")

    def _at_result(self):
        self._keys("ENTER")

    _at_recovered = _at_duplicate = _at_notice = _at_result

    def _at_menu(self):
        if self._act is None:
            self._keys("CANCEL")
