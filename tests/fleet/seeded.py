# SPDX-License-Identifier: MIT
"""Does the fleet catch anything? `python -m fleet.seeded`: one bug at a time in a copy of the sources, then a run.

The bugs are some of tests/mutations/mutations.toml, and those that only real processes can show.
"""

import sys
import tempfile
import time
from pathlib import Path

from mutations.__main__ import COPIED, Mutation, catalogue, copied, run_in, seeded
from suanpan.places import ROOT

OF_CATALOGUE = (
    "sent-is-retired",
    "nothing-committed",
    "number-used-again",
    "no-reconnect",
    "power-cut-not-reversed",
    "shown-before-durable",
    "cursor-not-written",
    "reversal-not-folded",
)
OWN = (
    Mutation(
        "file-not-flushed",
        "firmware/pos/journal/devices.py",
        "            durable(self._file)\n        elif",
        "            pass\n        elif",
        "what was written stays in the process",
        "1",
    ),
)
SHARED = (".cache", ".venv")
OPTIONS = ("--seconds", "20", "--pause-ms", "1000", "--terminals", "30", "--broker", "mosquitto")
LIMIT_S = 400


def bugs() -> list[Mutation]:
    return [bug for bug in catalogue() if bug.name in OF_CATALOGUE] + list(OWN)


def found(bug: Mutation, options: tuple[str, ...] = OPTIONS) -> str:
    """What a run with the bug in it complains of first; '' when it finds nothing."""
    with tempfile.TemporaryDirectory(prefix="suanpan-fleet-") as name:
        folder = Path(name)
        for part in COPIED:
            copied(ROOT / part, folder / part)
        for part in SHARED:
            (folder / part).symlink_to(ROOT / part)
        seeded(bug, folder)
        done = run_in(folder, options, LIMIT_S, "fleet", also=("tests/host",))
    if done.returncode == 0:
        return ""
    lines = [line for line in done.stdout.splitlines() if line.startswith("SIM") or "not synced" in line]
    return lines[0] if lines else (done.stdout or done.stderr).strip()


def main() -> int:
    wanted = sys.argv[1:]
    missed = 0
    for bug in bugs():
        if wanted and bug.name not in wanted:
            continue
        started = time.monotonic()
        complaint = found(bug)
        missed += not complaint
        seconds = time.monotonic() - started
        print(f"{bug.name:<28} {seconds:4.0f} s  {complaint or 'NOT FOUND'}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
