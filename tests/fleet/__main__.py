# SPDX-License-Identifier: MIT
"""`make fleet`: fifty terminals, a broker and hosts as processes that are killed at random (docs/fleet.md)."""

import argparse
import asyncio
import shutil
import signal
import sys
from pathlib import Path

from fleet import telling
from fleet.stage import HOSTS, Failed, Order
from suanpan.places import ROOT


def main() -> int:
    parser = argparse.ArgumentParser(prog="make fleet", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=1, help="so many seeds from that one on (default: 1)")
    parser.add_argument("--broker", choices=[*HOSTS, "both"], default="both")
    parser.add_argument("--seconds", type=float, default=180, help="so long the faults last (default: 180)")
    parser.add_argument("--terminals", type=int, default=50)
    parser.add_argument("--pause-ms", type=int, default=2000, help="longest pause between two customers")
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    for seed in range(wanted.seed, wanted.seed + wanted.runs):
        for broker in HOSTS if wanted.broker == "both" else (wanted.broker,):
            order = Order(seed, broker, wanted.seconds, wanted.terminals, wanted.pause_ms)
            if not told(order):
                return 1
    return 0


def told(order: Order) -> bool:
    """Run it and say what came of it; the folder of a failed run stays."""
    folder = ROOT / "artefacts" / "fleet" / f"{order.broker}-{order.seed}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        outcome = asyncio.run(telling.outcome(order, folder, lambda text: print(text, file=sys.stderr)))
    except Failed as failure:
        print(f"{failure}\n\nseed {order.seed} on {order.broker} failed; what it left is in {_short(folder)}")
        return False
    print(outcome.text)
    if not outcome.complaints:
        shutil.rmtree(folder)
        return True
    print(*outcome.complaints, sep="\n")
    print(f"\nseed {order.seed} on {order.broker} failed; what it left is in {_short(folder)}")
    return False


def _short(folder: Path) -> Path:
    return folder.relative_to(ROOT)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
