# SPDX-License-Identifier: MIT
"""What the operator keys in: an amount, a choice, digits, yes or no. Every question ends by itself.

The caller gives the texts (strings.py). CANCEL raises Cancelled, silence for timeout_ms raises InputTimeout.
"""

from pos.compat import const
from pos.domain import money
from pos.ui.view import View, row

TIMEOUT_MS = const(60_000)
_DIGITS = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "00")


class Cancelled(Exception):
    """The operator gave up: CANCEL."""


class InputTimeout(Cancelled):
    """No key in time. Exits: nobody there, keypad absent or stuck."""


class Input:
    """Questions to the operator on one screen and keypad."""

    def __init__(self, screen, keypad, buzzer):
        self._screen, self._keypad, self._buzzer = screen, keypad, buzzer

    async def key(self, timeout_ms=TIMEOUT_MS):
        """Next key other than CANCEL, with its click."""
        name = await self._keypad.key(timeout_ms)
        if name is None:
            raise InputTimeout
        self._buzzer.beep("key")
        if name == "CANCEL":
            raise Cancelled
        return name

    def refuse(self):
        """The key cannot be taken here."""
        self._buzzer.beep("error")

    async def amount(self, title, currency="CNY", prompt="", footer=(), first=None, timeout_ms=TIMEOUT_MS):
        """Amount in minor units, never 0. Digits enter from the right with implied decimals, CLEAR takes one
        back; too many digits and ENTER on zero are refused. `first`: a key that was pressed already.
        """
        amount, name = 0, first
        while True:
            if name in _DIGITS:
                pushed = money.push(amount, name)
                amount = self._kept(amount, pushed)
            elif name == "CLEAR":
                amount = money.pop(amount)
            elif name == "ENTER" and amount:
                return amount
            elif name is not None:
                self.refuse()
            shown = currency + " " + money.text(amount, currency)
            self._screen.show(
                View(title, [row(prompt, "left", 1, "dim"), row(shown, "right", 2, "field")], footer)
            )
            name = await self.key(timeout_ms)

    async def digits(self, title, prompt="", longest=20, shortest=1, footer=(), timeout_ms=TIMEOUT_MS):
        """Digits as text, for example a voucher number or a customer's code."""
        typed = ""
        while True:
            rows = [row(prompt, "left", 1, "dim"), row(typed or "_", "right", 2, "field")]
            self._screen.show(View(title, rows, footer))
            name = await self.key(timeout_ms)
            if name in _DIGITS:
                typed = self._kept(typed, typed + name if len(typed + name) <= longest else None)
            elif name == "CLEAR":
                typed = typed[:-1]
            elif name == "ENTER" and len(typed) >= shortest:
                return typed
            else:
                self.refuse()

    async def choose(self, title, options, footer=(), selected=0, timeout_ms=TIMEOUT_MS):
        """Index of one of the options: by its digit, or UP, DOWN and ENTER."""
        while True:
            self._show_menu(title, options, footer, selected)
            name = await self.key(timeout_ms)
            if name in ("UP", "DOWN"):
                selected = (selected + (1 if name == "DOWN" else -1)) % len(options)
            elif name == "ENTER":
                return selected
            elif name in _DIGITS[1:10] and int(name) <= len(options):
                return int(name) - 1
            else:
                self.refuse()

    async def confirm(self, view, timeout_ms=TIMEOUT_MS):
        """True for ENTER, False for CANCEL."""
        self._screen.show(view)
        try:
            while await self.key(timeout_ms) != "ENTER":
                self.refuse()
        except InputTimeout:
            raise
        except Cancelled:
            return False
        return True

    def _kept(self, before, after):
        if after is None:
            self.refuse()
            return before
        return after

    def _show_menu(self, title, options, footer, selected):
        visible = self._screen.capacity
        first = max(0, min(selected - visible // 2, len(options) - visible))
        rows = [
            row("%d %s" % (i + 1, options[i]), style="inverse" if i == selected else "normal")
            for i in range(first, min(first + visible, len(options)))
        ]
        self._screen.show(View(title, rows, footer))
