# SPDX-License-Identifier: MIT
"""`make sim`: replay one seed with its trace, or run many (docs/simulation.md)."""

import argparse
import logging
import sys
import time

from simulation import telling
from simulation.campaign import ENDLESS, Campaign, books
from simulation.schedule import drawn
from simulation.shrink import again, broken, shrunk
from simulation.world import run

_FOREVER_S = 1e9
_TELL_S = 15
_BY_HAND = 130


def main() -> int:
    parser = argparse.ArgumentParser(prog="make sim", description=__doc__)
    parser.add_argument("--seed", type=int, help="replay this one and print its trace")
    parser.add_argument("--first", type=int, default=0, help="first seed of many (default: 0)")
    parser.add_argument("--count", type=int, default=10_000, help="so many schedules (default: 10000)")
    parser.add_argument("--seconds", type=float, default=_FOREVER_S, help="or so long, whichever ends first")
    parser.add_argument("--brief", action="store_true", help="on failure only the rule and the seed")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: 2)")
    wanted = parser.parse_args()
    logging.disable(logging.CRITICAL)  # the trace says it
    if wanted.seed is not None:
        return replay(wanted.seed)
    return many(Campaign(wanted.first, wanted.count, wanted.seconds, wanted.jobs), wanted.brief)


def replay(seed: int) -> int:
    """The whole run of one seed; when it fails, the shortest one that fails alike behind it."""
    world = run(drawn(seed), books())
    print(telling.run(world))
    if not broken(world):
        return 0
    print("\nThe shortest run that breaks the same rule:\n")
    print(telling.run(shrunk(world, books())))
    return 1


def many(campaign: Campaign, brief: bool) -> int:
    started = time.monotonic()
    try:
        _follow(campaign, started)
    except KeyboardInterrupt:
        print(
            f"ended by hand; {campaign.next} is the next seed.  Next: --first {campaign.next}",
            file=sys.stderr,
        )
        return _BY_HAND
    finally:
        print(telling.summary(campaign.figures, time.monotonic() - started))
    if campaign.failed is None:
        return 0
    if brief or campaign.rule.startswith(ENDLESS):
        print(f"seed {campaign.failed}: {campaign.rule}")
        return 1
    print(telling.run(again(drawn(campaign.failed), books())))
    print(f"\nseed {campaign.failed} failed.  Next: make sim SEED={campaign.failed}")
    return 1


def _follow(campaign: Campaign, started: float) -> None:
    told = started
    for figures in campaign.run():
        if time.monotonic() - told > _TELL_S:
            told = time.monotonic()
            print(telling.summary(figures, told - started), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
