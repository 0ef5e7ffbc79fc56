# SPDX-License-Identifier: MIT
"""The person at the terminal: works through a list of acts, and answers every screen like a patient cashier."""

from pos.drivers.magstripe import StripeRead
from simulation.board import bad_swipe
from simulation.schedule import Act
from suanpan.host import sandbox

_IMPATIENT_MS, _PATIENT_MS = 150, 2500
_MENU = {"void": "1", "reprint": "2"}


class Person:
    """`sees(screen)` is called at every new screen; what it makes the person do comes a moment later."""

    def __init__(self, world, terminal, plan: tuple[Act, ...]) -> None:
        self._world, self._terminal = world, terminal
        self._plan = list(plan)
        self._act: Act | None = None
        self._seen = 0
        self._swiped_badly = False

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
        self._act, self._swiped_badly = self._plan.pop(0), False
        self._world.note(self._terminal.name, f"person: {self._act.told()}")
        if self._act.kind == "sale":
            self._keys(" ".join(str(self._act.amount)))
        else:
            self._keys(f"MENU {_MENU[self._act.kind]}")

    def _at_amount(self) -> None:
        self._keys("ENTER" if self._act else "CANCEL")

    def _at_present(self) -> None:
        act = self._act
        if act is None or act.kind != "sale" or act.manner == "cancels":  # a menu's digit may end up here
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
