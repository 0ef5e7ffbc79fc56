# SPDX-License-Identifier: MIT
"""Many seeds in a row on several cores, until a number of schedules or a time is reached, or a seed fails."""

import multiprocessing
import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from functools import cache

from simulation.host import Database
from simulation.schedule import drawn
from simulation.world import World, run, settle_memory

_AT_ONCE = 25  # seeds handed to a core
_LONGEST_S = 60  # of processor time for one seed: they take a twentieth of a second
_PLACES = 6
ENDLESS = "does not end:"


class Endless(KeyboardInterrupt):
    """A run that turns in a circle; of this kind because event loops and tasks let that through."""


@dataclass
class Figures:
    """What was run."""

    schedules: int = 0
    faults: int = 0
    cuts: int = 0
    days: float = 0.0

    def add(self, other: "Figures") -> None:
        sums = [a + b for a, b in zip(astuple(self), astuple(other), strict=True)]
        self.schedules, self.faults, self.cuts, self.days = sums


@cache
def books() -> Database:
    """The database of this process."""
    made = Database()
    settle_memory()
    return made


def figures_of(world: World) -> Figures:
    cuts = sum(terminal.cuts for terminal in world.terminals)
    return Figures(1, len(world.schedule.faults), cuts, world.clock.now / 86_400)


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Endless, with the place, for what takes more processor time than `seconds`."""

    def end(_number, frame) -> None:
        raise Endless("".join(traceback.format_list(traceback.extract_stack(frame)[-_PLACES:])))

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def some(seeds: range) -> tuple[Figures, int | None, str]:
    """Run `seeds`; (figures, the first that failed, the rule that it broke)."""
    done = Figures()
    for seed in seeds:
        try:
            with bounded(_LONGEST_S):
                world = run(drawn(seed), books())
        except Endless as error:
            return done, seed, f"{ENDLESS}\n{error}"
        except Exception as error:  # noqa: BLE001 - of simulated code, outside of every task: as bad as a violation
            return done, seed, f"breaks off: {error!r}"
        done.add(figures_of(world))
        if world.checks.violations:
            return done, seed, world.checks.violations[0].what
    return done, None, ""


def _leave_ctrl_c() -> None:
    """It goes to every process of the group; the first one ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class Campaign:
    """`run()` yields the figures of all seeds before `next`; `failed` is the seed that ended it."""

    def __init__(self, first: int, count: int, seconds: float, jobs: int) -> None:
        self._parts = [
            range(at, min(at + _AT_ONCE, first + count)) for at in range(first, first + count, _AT_ONCE)
        ]
        self._first, self._seconds, self._jobs = first, seconds, jobs
        self.figures = Figures()
        self.failed: int | None = None
        self.rule = ""

    @property
    def next(self) -> int:
        """The first seed that was not run."""
        return self._first + self.figures.schedules

    def run(self) -> Iterator[Figures]:
        until = time.monotonic() + self._seconds
        with multiprocessing.get_context("fork").Pool(self._jobs, _leave_ctrl_c) as pool:
            for figures, failed, rule in pool.imap(some, self._parts):
                self.figures.add(figures)
                yield self.figures
                if failed is not None:
                    self.failed, self.rule = failed, rule
                if failed is not None or time.monotonic() > until:
                    pool.terminate()
                    return
