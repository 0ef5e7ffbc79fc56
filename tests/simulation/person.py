# SPDX-License-Identifier: MIT
"""The person at the terminal: works through a list of acts, and answers every screen like a patient cashier."""

from pos.domain.mask import mask
from pos.drivers.magstripe import StripeRead
from pos.journal import JournalError
from simulation.board import bad_swipe
from simulation.schedule import Act
from simulation.watch import apart
from suanpan.host import sandbox

_IMPATIENT_MS, _PATIENT_MS = 150, 2500
_MENU = {"void": "1", "reprint": "2", "refund": "6"}
_OTHER = "mag-stolen"  # a card that is in no plan


class Person:
    """`sees(screen)` is called at every new screen; what it makes the person do comes a moment later."""

    def __init__(self, world, terminal, plan: tuple[Act, ...]) -> None:
        self._world, self._terminal = world, terminal
        self._plan = list(plan)
        self._act: Act | None = None
        self._seen = 0
        self._swiped_badly = self._tried = False
        self._sale = None  # that the refund under way is of

    @property
    def done(self) -> bool:
        return not self._plan

    def leave(self) -> None:
        """The power is gone: whatever was going on is over."""
        self._seen += 1
        self._act = None

    def sees(self, screen: str) -> None:
        self._seen += 1
        answer = getattr(self, "_at_" + screen, None)
        if answer:
            pause_ms = self._world.random.randint(_IMPATIENT_MS, _PATIENT_MS)
            if screen == "idle" and self._plan:
                pause_ms += self._plan[0].pause_ms
            self._world.later(pause_ms, self._react, self._seen, answer)

    def _react(self, seen: int, answer) -> None:
        """Nobody answers a screen that is gone; an idle screen changes with clock and queue and still is one."""
        if seen == self._seen and self._terminal.on:
            answer()

    def sees_again(self, screen: str) -> None:
        """The same screen with another text: only what is waited for counts on."""
        if screen not in ("idle", "authorise"):
            self.sees(screen)

    def _keys(self, text: str) -> None:
        for key in text.split():
            self._terminal.board.keypad.put(key)

    def _at_idle(self) -> None:
        if not self._plan:
            return
        self._act, self._sale = self._plan.pop(0), None
        self._swiped_badly = self._tried = False
        self._world.note(self._terminal.name, f"person: {self._act.told()}")
        if self._act.kind == "sale":
            self._keys(" ".join(str(self._act.amount)))
        else:
            self._keys(f"MENU {_MENU[self._act.kind]}")

    def _at_voucher(self) -> None:
        """Keyed once; who hears that there is no such sale, or nothing left of it, gives up."""
        self._sale = None if self._sale else self._newest_sale()
        voucher = self._sale.voucher if self._sale else 0
        self._keys(" ".join(str(voucher)) + " ENTER" if voucher else "CANCEL")

    def _newest_sale(self):
        try:
            return apart(self._terminal.parts.books.newest_approved, ("sale",))
        except JournalError:
            return None

    def _at_amount(self) -> None:
        if self._act and self._act.kind == "refund":
            self._keys("CANCEL" if self._tried else " ".join(str(self._act.amount or "")) + " ENTER")
            self._tried = True
        else:
            self._keys("ENTER" if self._act else "CANCEL")

    def _presents_again(self) -> None:
        """The card of the sale, or first another one."""
        other = self._act.manner == "other card" and not self._swiped_badly
        self._swiped_badly = True
        fits = [name for name, card in sandbox.cards.items() if mask(card["pan"]) == self._sale.pan_masked]
        if self._act.manner == "cancels" or not fits:
            self._keys("CANCEL")
        else:
            self._terminal.board.stripe.put(
                StripeRead(None, sandbox.cards[_OTHER if other else fits[0]]["track2"])
            )

    def _at_present(self) -> None:
        act = self._act
        if act and act.kind == "refund" and self._sale:
            self._presents_again()
        elif act is None or act.kind != "sale" or act.manner == "cancels":  # a menu's digit may end up here
            self._keys("CANCEL")
        elif act.manner == "swipes badly" and not self._swiped_badly:
            self._swiped_badly = True
            self._terminal.board.stripe.put(bad_swipe())
        elif act.card.isdigit():
            self._terminal.board.scanner.put(act.card)
        else:
            self._terminal.board.stripe.put(StripeRead(None, sandbox.cards[act.card]["track2"]))

    def _at_authorise(self) -> None:
        if self._act and self._act.manner == "cancels late":
            self._keys("CANCEL")

    def _at_result(self) -> None:
        self._keys("ENTER")

    _at_recovered = _at_duplicate = _at_void = _at_notice = _at_result

    def _at_menu(self) -> None:
        if self._act is None:
            self._keys("CANCEL")
