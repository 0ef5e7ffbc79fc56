# SPDX-License-Identifier: MIT
"""The smallest schedule that still breaks the same rule: faults, acts, terminals and the past go, one by one."""

from simulation.host import Database
from simulation.schedule import Schedule
from simulation.world import World, run

_MOST_RUNS = 400


def broken(world: World) -> str:
    """The first rule that a run broke, or ''."""
    return world.checks.violations[0].what if world.checks.violations else ""


def shrunk(world: World, books: Database) -> World:
    """The run of the smallest schedule that breaks what `world` broke first."""
    rule, runs = broken(world), 0
    while True:
        for schedule in world.schedule.smaller():
            runs += 1
            smaller = run(schedule, books)
            if broken(smaller) == rule:
                world = smaller
                break
            if runs > _MOST_RUNS:
                return world
        else:
            return world


def again(schedule: Schedule, books: Database) -> World:
    """The run of `schedule`, shrunk when it is a bad one."""
    world = run(schedule, books)
    return shrunk(world, books) if broken(world) else world
