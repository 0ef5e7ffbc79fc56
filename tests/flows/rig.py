# SPDX-License-Identifier: MIT
"""A terminal with fakes at its edges, and `flow`: steps of (what the screen says, what the person does).

An unexpected screen fails with all that was shown. Answers of the host are scripted: a dict, or SILENT.
"""

import asyncio

from edges import LOOK_MS, Board, Keys, Outbox, Quiet, Screen

from pos.codec import records
from pos.compat import sleep_ms, ticks_diff, ticks_ms
from pos.config import checked

DEADLINE_MS = 5000


class Rig:
    """A whole terminal but for its edges. `answers` are the host's, in order."""

    def __init__(self, answers=(), journal=None, **settings):
        from pos.books import Books
        from pos.tasks import Budget
        from pos.terminal import Terminal
        from pos.ui.operator import Operator
        from pos.ui.strings import Strings

        values = {"terminal": "SIM00001", "language": "en", "answer_timeout_s": 1, "result_s": 1,
                  "connect_wait_s": 0}  # fmt: skip
        values.update(settings)
        self.config = checked(values)
        self.board, self.screen, self.outbox = Board(), Screen(), Outbox()
        self.outbox.answers += answers
        self.journal = self.outbox.journal = journal or new_journal()
        books = Books(self.journal, self.config, self.board.clock)
        books.recover()
        operator = Operator(self.board, self.screen, Strings(self.config.language))
        self.log = Quiet()
        self.terminal = Terminal(
            self.board, self.config, operator, books, self.outbox, Keys(), self.log, Budget()
        )
        self.outbox.on_late_answer = self.terminal.late_answer

    async def flow(self, *steps):
        """Run the terminal through (screen, input) steps; the screen is a text that must be on it."""
        from pos import workflow

        task = asyncio.create_task(workflow.run(self.terminal))
        try:
            for expected, act in steps:
                await self.expect(expected, task)
                _do(self.board, act)
        finally:
            task.cancel()
            await asyncio.sleep(0)

    async def expect(self, expected, task):
        started = ticks_ms()
        while expected not in self.screen.texts[-1]:
            if task.done():
                await task  # raises what ended the terminal
            if task.done() or ticks_diff(ticks_ms(), started) > DEADLINE_MS:
                shown = "\n----\n".join(self.screen.texts[-6:])
                raise AssertionError(
                    "no screen with " + expected + "; shown were:\n" + shown + str(self.log.lines)
                )
            await sleep_ms(LOOK_MS)

    def records(self, kind):
        """Every record of one kind in the journal, as dicts."""
        found = [records.as_dict(record) for _, record in self.journal.scan()]
        return [fields for fields in found if fields["kind"] == kind]

    def transactions(self):
        from pos.domain.transaction import fold_all

        return fold_all([records.as_dict(record) for _, record in self.journal.scan()])


def new_journal():
    from pos.journal import Journal
    from pos.journal.devices import RamDevice

    device = RamDevice(8)
    Journal.format(device, "SIM00001", 1)
    journal = Journal(device)
    journal.recover()
    return journal


def _do(board, act):
    """Keys as text, or (device, thing)."""
    if act is None:
        return
    if isinstance(act, str):
        for key in act.split():
            board.keypad.put(key)
        return
    device, thing = act
    getattr(board, device).put(thing)
