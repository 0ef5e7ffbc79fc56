# SPDX-License-Identifier: MIT
"""`expect:` steps: each key is a condition that must hold before its deadline (DESIGN section 5).

Screens count from the last input, receipts, voice and alarms from the beginning of the operation.
"""

import functools
import re
from collections.abc import Callable
from typing import Any

from suanpan.simulator.run import Run, StepFailed
from suanpan.simulator.waiting import until

DEFAULT_MS = 40_000  # longer than the terminal waits for the host's answer (30 s)
Pattern = re.Pattern[str]


async def expect(run: Run, values: dict[str, Any]) -> None:
    """Every condition of the step, one after the other, under one deadline."""
    within_ms = values.get("within_ms")
    deadline_ms = run.acted_ms + within_ms if within_ms else run.session.log.now_ms() + DEFAULT_MS
    for name, wanted in values.items():
        if name == "within_ms":
            continue
        look, seen = CONDITIONS[name]
        await _hold(run, deadline_ms, functools.partial(look, run, wanted))
        if not look(run, wanted):
            shown = wanted.pattern if isinstance(wanted, re.Pattern) else wanted
            raise StepFailed(f"expected {name} {shown!r}, {seen(run)}")


async def _hold(run: Run, deadline_ms: int, condition: Callable[[], bool]) -> None:
    await until(run.session.log, lambda: condition() or not _can_change(run), deadline_ms)


def _can_change(run: Run) -> bool:
    # A terminal that has ended by itself shows nothing new; waiting on would only hide the reason.
    return not run.session.crashed


def _any(look: Callable[[Run], list[str]]) -> Callable[[Run, Pattern], bool]:
    return lambda run, wanted: any(_found(wanted, text) for text in look(run))


def _found(wanted: Pattern, text: str) -> bool:
    # A text that is wrapped over two lines is still that text.
    return bool(wanted.search(text) or wanted.search(" ".join(text.split())))


def _journal(run: Run, wanted: dict[str, Any]) -> bool:
    return matches(run.journal_rows(wanted.get("kind")), wanted)


def _host(run: Run, wanted: dict[str, Any]) -> bool:
    return matches(run.session.host_transactions(), wanted)


def _whole_slips(run: Run) -> int:
    return sum(slip.complete for slip in run.session.bench.printer.slips)


def matches(rows: list[dict[str, Any]], wanted: dict[str, Any]) -> bool:
    """One row has every wanted value; with `count`, exactly so many rows have."""
    fields = {name: value for name, value in wanted.items() if name != "count"}
    found = sum(all(_same(row.get(name), value) for name, value in fields.items()) for row in rows)
    return found == wanted["count"] if "count" in wanted else found > 0


def _same(held: Any, wanted: Any) -> bool:
    if isinstance(wanted, bool):
        return bool(held) == wanted
    if isinstance(wanted, dict):
        return isinstance(held, dict) and matches([held], wanted)
    return held is not None and str(held) == str(wanted)


def _listed(name: str, texts: list[str]) -> str:
    return f"{name} so far: " + (" | ".join(texts) if texts else "none")


def _host_seen(run: Run) -> str:
    if run.session.books is None:
        return "this run has no host of its own: look into that one's books with suanpan host transactions"
    return _listed("host", [brief(row) for row in run.session.host_transactions()])


CONDITIONS: dict[str, tuple[Callable[[Run, Any], bool], Callable[[Run], str]]] = {
    "screen": (_any(Run.screens), lambda run: "the screen stands below"),
    "receipt": (_any(Run.receipts), lambda run: _listed("slips", run.receipts())),
    "voice": (_any(Run.spoken), lambda run: _listed("spoken", run.spoken())),
    "alarm": (_any(Run.alarms), lambda run: _listed("alarms", run.alarms())),
    "journal": (_journal, lambda run: _listed("journal", [brief(row) for row in run.journal_rows()])),
    "host": (_host, _host_seen),
    "receipts": (
        lambda run, wanted: _whole_slips(run) == wanted,
        lambda run: f"whole slips so far: {_whole_slips(run)}",
    ),
}


def brief(row: dict[str, Any]) -> str:
    """The fields of a row that a person compares first."""
    names = ("kind", "state", "amount", "offline", "reversed", "code", "result")
    return " ".join(f"{name}={row[name]}" for name in names if row.get(name) not in (None, ""))
