# SPDX-License-Identifier: MIT
"""A step that waits ends when it cannot come true any more, and says why."""

from types import SimpleNamespace

import pytest

from suanpan.simulator.events import EventLog
from suanpan.simulator.run import Run, StepFailed
from suanpan.simulator.steps import wait


class Terminal:
    """A session whose terminal is on, not idle, and ends as soon as anybody looks."""

    def __init__(self, tmp_path, given=None):
        self.log, self.looks = EventLog(tmp_path / "events.jsonl"), 0
        self.surroundings = SimpleNamespace(given=given)
        self.powered = True

    @property
    def idle(self):
        self.looks += 1
        return False

    @property
    def crashed(self):
        return self.looks > 1

    def journal_state(self):
        self.looks += 1
        return SimpleNamespace(pending=1)


async def test_a_terminal_that_ended_by_itself_is_not_waited_for(tmp_path):
    with pytest.raises(StepFailed, match="idle screen$"):
        await wait(Run(Terminal(tmp_path)), {"idle": True})


async def test_who_gave_the_broker_is_asked_about_it(tmp_path):
    with pytest.raises(StepFailed, match="is the broker mqtt://127.0.0.1:1 up"):
        await wait(Run(Terminal(tmp_path, "mqtt://127.0.0.1:1")), {"synced": True})
