# SPDX-License-Identifier: MIT
"""A run as text: what was planned, what happened when and to whom, what was violated."""

from collections.abc import Iterator

from simulation.campaign import Figures
from simulation.schedule import Schedule
from simulation.world import World


def planned(schedule: Schedule) -> Iterator[str]:
    yield f"seed {schedule.seed}: {schedule.blocks} blocks, journal {schedule.age}"
    for number, plan in enumerate(schedule.plans):
        yield f"  SIM{number:05}: {'; '.join(act.told() for act in plan) or 'nothing'}"
    for fault in schedule.faults:
        yield f"  fault at {fault.told()}"


def happened(world: World) -> Iterator[str]:
    """Virtual time, actor, event."""
    for at_s, actor, text in world.trace:
        yield f"{at_s:12.3f} s  {actor:<9} {text}"


def violated(world: World) -> Iterator[str]:
    for violation in world.checks.violations:
        yield f"VIOLATED  {violation.what}: {violation.detail}"


def run(world: World) -> str:
    return "\n".join((*planned(world.schedule), "", *happened(world), "", *violated(world)))


def summary(figures: Figures, elapsed_s: float) -> str:
    rate = figures.schedules / elapsed_s if elapsed_s else 0.0
    return (
        f"simulation: {figures.schedules} schedules, {figures.faults} faults, {figures.cuts} power cuts, "
        f"{figures.days:.0f} simulated days in {elapsed_s:.0f} s "
        f"({rate:.0f} schedules/s)"
    )
