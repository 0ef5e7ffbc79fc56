# SPDX-License-Identifier: MIT
"""A scenario's progress on stderr, a line a step; a failure is shown with the screen as it stood, even if quiet."""

import os
import time
from typing import Any

import click

from pos.domain.mask import mask_code
from suanpan.output import is_quiet
from suanpan.simulator.pin_entry import MASKED
from suanpan.simulator.scenario import Scenario, Step

MARKS = {"ok": ("✓", "green"), "failed": ("✗", "red")}


class Progress:
    """`report` is called by the runner; colours go where a terminal can show them (NO_COLOR is obeyed)."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario, self._began = scenario, time.monotonic()
        _say(click.style(scenario.name, bold=True))

    def report(self, state: str, number: int, step: Step, reason: str) -> None:
        if state == "begin":
            self._began = time.monotonic()
            return
        mark, colour = MARKS[state]
        took = f"{time.monotonic() - self._began:5.1f} s"
        _say(f"{click.style(mark, fg=colour)} {took}  {number:>3}  {step.word} {words(step)}".rstrip())

    def end(self, summary: dict[str, Any]) -> None:
        failed = summary["failed_step"]
        if failed:
            where = f"{self._scenario.path}:{failed['line']}: {summary['outcome']}: "
            _warn(f"{click.style(where, fg='red')}{failed['reason']}\n{frame(failed['screen'])}")
        for invariant in summary["invariants"]:
            if not invariant["holds"]:
                broken = f"invariant {invariant['number']}, {invariant['name']}: "
                _warn(click.style(broken, fg="red") + invariant["detail"])
        journal = summary["journal"]
        _say(f"{summary['outcome']}: {journal['records']} records, {journal['pending']} not receipted")
        if not summary["host"]["run"]:
            _say("no host of this run: the transactions are with the host behind the broker, if there is one")


def words(step: Step) -> str:
    """A step's values as one would write them in the file."""
    if step.word == "pin":
        return MASKED * len(step.values)
    if isinstance(step.values, list):
        return " ".join(step.values)
    hidden = ("track1", "track2", "folder")  # card data belongs on no screen and in no log
    shown = {name: value for name, value in step.values.items() if name not in hidden}
    if step.word == "scan":
        shown["code"] = mask_code(shown["code"])
    return ", ".join(f"{name}: {getattr(value, 'pattern', value)}" for name, value in shown.items())


def frame(screen: str) -> str:
    """The screen's text between lines, so that one sees where it ends."""
    return "\n".join(["  ┌── screen ──", *(f"  │ {line}" for line in screen.splitlines()), "  └──"])


def _say(text: str) -> None:
    if not is_quiet():
        _warn(text)


def _warn(text: str) -> None:
    click.echo(text, err=True, color=False if os.environ.get("NO_COLOR") else None)
