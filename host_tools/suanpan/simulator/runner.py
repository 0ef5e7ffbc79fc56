# SPDX-License-Identifier: MIT
"""Runs one scenario from power on to its summary (DESIGN section 5): ok, failed at a step, or timeout."""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from suanpan.simulator import artefacts
from suanpan.simulator.inspection import Inspection
from suanpan.simulator.profile import Profile, fresh_epoch
from suanpan.simulator.run import Run, StepFailed
from suanpan.simulator.scenario import Scenario, Step
from suanpan.simulator.session import Session
from suanpan.simulator.steps import STEPS, until_started
from suanpan.simulator.waiting import finished

FIRST_SYNC_MS = 10_000
Report = Callable[[str, int, Step, str], None]  # ("begin" | "ok" | "failed", number, step, what went wrong)


class Options(NamedTuple):
    """How to run it; see `suanpan sim run --help`."""

    runtime: str = "micropython"
    heap: str | None = None
    profile: Path | None = None
    seed: int = 1
    broker: str | None = None
    out: Path | None = None
    timeout_s: float = 120


async def run_scenario(scenario: Scenario, options: Options, report: Report) -> dict[str, Any]:
    """The summary, which is also in `out`; exceptions are those of a simulator that could not start."""
    with tempfile.TemporaryDirectory(prefix="suanpan-sim-") as spare:
        directory = Path(spare)
        profile = Profile.open(options.profile or directory / "terminal", epoch=_epoch(scenario, options))
        profile.configure(scenario.config)
        profile.take_parameters(scenario.parameters)
        session = _session(scenario, options, profile, options.out or directory / "out")
        artefacts.Screens(session)
        inspection = Inspection(profile, scenario)
        try:
            verdict = await _within(options.timeout_s, session, scenario.steps, report)
            await session.rest()
            return _summary(session, verdict, inspection)
        finally:
            await finished(session.stop())


def _epoch(scenario: Scenario, options: Options) -> int:
    """1, so that runs repeat, unless the books outlive the run and may hold this terminal's number already."""
    return fresh_epoch() if options.profile or options.broker or scenario.host else 1


def _session(scenario: Scenario, options: Options, profile: Profile, out: Path) -> Session:
    broker = options.broker or scenario.host.get("broker")
    own_host = scenario.host.get("run", "db" in scenario.host or not broker)
    return Session(
        profile,
        runtime=options.runtime,
        heap=options.heap,
        seed=options.seed,
        broker=broker,
        host=own_host,
        host_db=scenario.host.get("db"),
        out=out,
    )


async def _within(timeout_s: float, session: Session, steps: list[Step], report: Report) -> dict[str, Any]:
    verdict: dict[str, Any] = {"outcome": "timeout", "failed_step": None}
    run = Run(session)
    at: list[tuple[int, Step]] = []
    try:
        async with asyncio.timeout(timeout_s):
            await session.start()
            await _settle(run)
            _must_trade(run, steps)
            for number, step in enumerate(steps, 1):
                at.append((number, step))
                report("begin", number, step, "")
                await _step(run, step)
                report("ok", number, step, "")
        verdict["outcome"] = "ok"
    except StepFailed as failure:
        verdict = {"outcome": "failed", "failed_step": _failed(session, at, str(failure))}
    except TimeoutError:
        verdict["failed_step"] = _failed(session, at, f"the scenario was not done after {timeout_s:g} s")
    if verdict["outcome"] != "ok":
        report("failed", *(at[-1] if at else (0, Step("start", {}, 0))), verdict["failed_step"]["reason"])
    return verdict


async def _settle(run: Run) -> None:
    """Begin each run from the same place: idle, and the boot record with the host if there is one."""
    await until_started(run)
    if run.session.books and run.session.idle:  # a terminal that refuses to trade may be what is looked at
        await run.until(run.synced, FIRST_SYNC_MS)
    run.step_done()


def _must_trade(run: Run, steps: list[Step]) -> None:
    """A terminal that refuses to trade fails the run, unless the scenario looks at what it shows."""
    if not run.session.idle and not any(step.word == "expect" for step in steps):
        raise StepFailed("the terminal did not come to its idle screen; it says why on its screen")


async def _step(run: Run, step: Step) -> None:
    run.session.log.emit("step", {"word": step.word, "line": step.line})
    await STEPS[step.word](run, step.values)
    if step.word != "expect":
        run.step_done()
    if run.session.crashed:
        raise StepFailed(
            "the terminal's process ended by itself; its last lines:\n" + run.session.device.tail()
        )


def _failed(session: Session, at: list[tuple[int, Step]], reason: str) -> dict[str, Any]:
    number, step = at[-1] if at else (0, Step("start", {}, 0))
    if session.crashed and "ended by itself" not in reason:
        reason += "\nthe terminal's process had ended by itself; its last lines:\n" + session.device.tail()
    if session.hand.wrong():
        reason += f"\nthe terminal left the transcript of a card: {session.hand.wrong()}"
    return {
        "number": number,
        "line": step.line,
        "step": step.word,
        "reason": reason,
        "screen": session.screen(),
    }


def _summary(session: Session, verdict: dict[str, Any], inspection: Inspection) -> dict[str, Any]:
    session.watch.catch_up()  # an alarm of the last moment
    summary = {
        "schema": artefacts.SCHEMA,
        **verdict,
        "runtime": session.runtime,
        "seed": session.seed,
        "heap_peak": session.heap_peak,
        "journal": artefacts.save_journal(session),
        "receipts": artefacts.save_receipts(session),
        "alarms": session.alarms(),
        "host": {"run": session.books is not None, "transactions": session.host_transactions()},
    }
    summary["invariants"] = inspection.verdicts(session, summary)
    if summary["outcome"] == "ok" and not all(one["holds"] for one in summary["invariants"]):
        summary["outcome"] = "failed"
    artefacts.save_summary(session.out, summary)
    return summary
