# SPDX-License-Identifier: MIT
"""Two of the faults: an old copy of a flash is put back, or a second device begins on one (FAULTS F6, F16)."""

from simulation.schedule import Act

_APPROVED = "SELECT 1 FROM transactions WHERE terminal = ? AND state = 'approved'"
_LOOK_MS = 10
_PLAN = (Act("sale", 0, 4321, "mag-credit"), Act("sale", 100, 4322, "mag-debit"))


def restored_image(world, terminal, number: int) -> None:
    """Somebody puts an earlier copy of the flash back (F6)."""
    if terminal.copies and terminal.name not in world.checks.damaged:
        terminal.power_off("switched off")
        world.checks.forked.add(terminal.name)
        terminal.flash.content = terminal.flash.watch.restore(terminal.copies[number % len(terminal.copies)])
        world.later(1000, terminal.power_on)


def rival(world, terminal, number: int, ms: int) -> None:
    """A second device begins on a copy of this one's flash, trades, and is taken away (F16); 0 ms: when approved."""
    if terminal.copies and terminal.name not in world.checks.damaged:
        copy = terminal.copies[number % len(terminal.copies)]
        world.checks.forked.add(terminal.name)
        one = world.rival(terminal, [], _PLAN)
        one.flash.content, one.boots = one.flash.watch.restore(copy), 1
        one.power_on()
        if ms:
            world.later(ms, take_away, one)
        else:
            _take_away_approved(world, one)


def _take_away_approved(world, one) -> None:
    if one.gone or world.host.books.rows(_APPROVED, one.name):
        take_away(one)
    else:
        world.later(_LOOK_MS, _take_away_approved, world, one)


def take_away(one) -> None:
    """A rival, for good."""
    one.gone = True
    one.power_off("taken away")
