# SPDX-License-Identifier: MIT
"""The invariants of DESIGN section 2, checked on what a run left. Pure functions over `Evidence`.

Invariant 8 (the operator is never stuck) is a matter of time, not of what is left; scenarios hold it by `within_ms`.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from pos.domain.transaction import StateError
from suanpan.simulator.invariants import canaries, delivery, journal, slips
from suanpan.simulator.invariants.evidence import Evidence, HostBooks, Slip

__all__ = ("CATALOGUE", "Evidence", "HostBooks", "Invariant", "Slip", "check", "lost")

NOTHING_DROPPED = 6
COMPLAINTS = 5  # told of one invariant; the first says enough


class Invariant(NamedTuple):
    """One row of DESIGN section 2 and the checks that it consists of."""

    number: int
    name: str
    checks: tuple[Callable[[Evidence], Iterator[str]], ...]
    needs_host: bool = False


CATALOGUE = (
    Invariant(
        1,
        "durable before visible",
        (slips.slips_are_true, slips.slips_are_single, delivery.sent_is_durable),
    ),
    Invariant(2, "intent before money", (journal.settled, journal.chip_data, delivery.asked_is_durable)),
    Invariant(
        3,
        "exactly one effect",
        (
            journal.numbers,
            journal.undamaged,
            journal.consistent,
            delivery.same_records,
            delivery.same_transactions,
        ),
    ),
    Invariant(4, "the host's receipt retires", (delivery.receipted_is_held,), True),
    Invariant(5, "conservation", (delivery.conserved, delivery.refunds_are_covered), True),
    Invariant(NOTHING_DROPPED, "nothing unsent is dropped", (delivery.nothing_dropped,), True),
    Invariant(7, "secrets stay", (canaries.nothing_in_clear,)),
)


def check(evidence: Evidence) -> list[dict]:
    """{number, name, holds} of every invariant that can be judged, with `detail` where it does not hold."""
    return [_verdict(one, evidence) for one in CATALOGUE if evidence.host or not one.needs_host]


def lost(reason: str) -> list[dict]:
    """The verdict on a journal that could be read before the run and cannot be read after it."""
    (invariant,) = [one for one in CATALOGUE if one.number == NOTHING_DROPPED]
    return [_violated(invariant, reason)]


def _verdict(invariant: Invariant, evidence: Evidence) -> dict:
    try:
        complaints = [one for look in invariant.checks for one in islice(look(evidence), COMPLAINTS)]
    except StateError as error:
        complaints = [f"the records contradict each other: {error}"]
    if complaints:
        return _violated(invariant, "; ".join(complaints))
    return {"number": invariant.number, "name": invariant.name, "holds": True}


def _violated(invariant: Invariant, detail: str) -> dict:
    return {"number": invariant.number, "name": invariant.name, "holds": False, "detail": detail}
