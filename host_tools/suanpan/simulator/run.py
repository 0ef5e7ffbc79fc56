# SPDX-License-Identifier: MIT
"""Where a running scenario stands: since when its expectations look back, and what it can see now."""

from collections.abc import Callable
from typing import Any

from pos.domain.transaction import INTENTS
from suanpan.simulator.ledger import UNREADABLE, JournalState
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
        self.slips_at = 0  # slips that were whole before this operation
        self.acted_ms = 0  # when the last step that is not an expectation ended: within_ms counts from here

    def begin_input(self) -> None:
        self.input_at = len(self.session.log.all)
        if self.session.idle or not self.session.powered:
            self.operation_at = self.input_at
            self.slips_at = sum(slip.complete for slip in self.session.bench.printer.slips)

    def step_done(self) -> None:
        self.acted_ms = self.session.log.now_ms()

    # --- what can be seen ---

    def screens(self) -> list[str]:
        """The screen as it stands, and every screen shown since the last input."""
        shown = self.session.log.all[self.input_at :]
        return [
            self.session.screen(),
            *(event["data"]["text"] for event in shown if event["kind"] == "screen"),
        ]

    def receipts(self) -> list[str]:
        """Text of each slip of this operation, also of one that is still being printed."""
        return [slip.text for slip in self.session.bench.printer.slips[self.slips_at :]]

    def spoken(self) -> list[str]:
        events = self.session.log.all[self.operation_at :]
        return [event["data"]["text"] for event in events if event["kind"] == "voice"]

    def alarms(self) -> list[str]:
        return [" ".join(str(value) for value in alarm.values()) for alarm in self.session.alarms()]

    def journal_rows(self, kind: object = None) -> list[dict[str, Any]]:
        """Transactions as the journal folds them for their kinds, single records for every other kind."""
        self._readable()
        transactions = self.session.transactions()
        if kind in INTENTS:
            return transactions
        return self.session.journal() if kind else transactions + self.session.journal()

    def synced(self) -> bool:
        return self._readable().pending == 0

    def _readable(self) -> JournalState:
        try:
            return self.session.journal_state()
        except UNREADABLE as error:
            raise StepFailed(f"the terminal's journal cannot be read: {error}") from None

    # --- waiting ---

    async def until(self, condition: Callable[[], bool], timeout_ms: int) -> bool:
        return await until(self.session.log, condition, self.session.log.now_ms() + timeout_ms)

    async def must(self, condition: Callable[[], bool], timeout_ms: int, complaint: str) -> None:
        await self.until(lambda: condition() or self.session.crashed, timeout_ms)
        if not condition():
            within = "" if self.session.crashed else f" within {timeout_ms / 1000:g} s"
            raise StepFailed(complaint + within)
