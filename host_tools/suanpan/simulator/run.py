# SPDX-License-Identifier: MIT
"""Where a running scenario stands: since when its expectations look back, and what it can see now."""

from collections.abc import Callable
from typing import Any

from suanpan.simulator.events import Event
from suanpan.simulator.idle import is_idle
from suanpan.simulator.session import Session
from suanpan.simulator.waiting import until


class StepFailed(Exception):
    """A step that could not be done or an expectation that did not hold; the message says what was seen."""


class Run:
    """One session under a scenario, with the marks that say which events an expectation may use."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.input_at = 0  # index of the first event after the last input began: screens count from here
        self.operation_at = 0  # the same for the operation, which begins with an input at the idle screen
        self.acted_ms = 0  # when the last step that is not an expectation ended: within_ms counts from here

    def begin_input(self) -> None:
        self.input_at = len(self.session.log.all)
        if self.idle() or not self.session.powered:
            self.operation_at = self.input_at

    def step_done(self) -> None:
        self.acted_ms = self.session.log.now_ms()

    # --- what can be seen ---

    def screen(self) -> str:
        return self.session.screen()

    def idle(self) -> bool:
        return self.session.powered and is_idle(self.screen())

    def synced(self) -> bool:
        return self.session.journal_state().pending == 0

    def lamps(self) -> Any:
        return self.session.lamps

    def operation(self, kind: str) -> list[Event]:
        """Events of `kind` since the operation began."""
        return [event for event in self.session.log.all[self.operation_at :] if event["kind"] == kind]

    # --- waiting ---

    async def until(self, condition: Callable[[], bool], timeout_ms: int) -> bool:
        return await until(self.session.log, condition, self.session.log.now_ms() + timeout_ms)

    async def must(self, condition: Callable[[], bool], timeout_ms: int, complaint: str) -> None:
        if not await self.until(condition, timeout_ms):
            raise StepFailed(f"{complaint} within {timeout_ms / 1000:g} s")
