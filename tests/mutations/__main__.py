# SPDX-License-Identifier: MIT
"""`make mutations`: one bug at a time in a copy of the sources; the simulation must catch it (docs/mutations.md)."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
CATALOGUE = Path(__file__).with_name("mutations.toml")
COPIED = ("firmware", "host_tools", "boards", "tests/simulation")
FOUND = re.compile(r"seed \d+: ")  # what a simulation says that found something
_LONGEST_S = 600


class Mutation(NamedTuple):
    """One seeded bug."""

    name: str
    file: str
    old: str
    new: str
    breaks: str
    invariant: str


class Verdict(NamedTuple):
    """What became of it; `rule` is the one that the simulation found broken."""

    mutation: Mutation
    caught: bool
    rule: str
    seconds: float


def catalogue() -> list[Mutation]:
    return [Mutation(name, **fields) for name, fields in tomllib.loads(CATALOGUE.read_text()).items()]


def seeded(mutation: Mutation, folder: Path) -> None:
    """Write the bug into the copy in `folder`. ValueError when the text is not there exactly once."""
    path = folder / mutation.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutation.old) != 1:
        raise ValueError(
            f"{mutation.name}: {mutation.file} has its old text {text.count(mutation.old)} times, not once"
        )
    path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")


def judged(mutation: Mutation, count: int, jobs: int) -> Verdict:
    """Run the simulation on a copy with the bug in it."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="suanpan-mutation-") as name:
        folder = Path(name)
        for part in COPIED:
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        seeded(mutation, folder)
        done = simulated(folder, count, jobs)
    last = (done.stdout.strip() or done.stderr.strip()).splitlines()[-1]
    return Verdict(mutation, bool(FOUND.match(last)), last, time.monotonic() - started)


def simulated(folder: Path, count: int, jobs: int) -> subprocess.CompletedProcess:
    paths = (folder / "tests", folder / "firmware", folder / "host_tools", folder)
    command = [sys.executable, "-m", "simulation", "--brief", "--count", str(count), "--jobs", str(jobs)]
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths)), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=_LONGEST_S,
        check=False,
    )


def told(verdicts: list[Verdict]) -> Iterator[str]:
    """The table of docs/mutations.md."""
    yield "| Bug | In | What it breaks | Invariant | Found by |"
    yield "|---|---|---|---|---|"
    for bug, caught, rule, _ in verdicts:
        found = rule if caught else "**not found**"
        yield f"| {bug.name} | `{bug.file}` | {bug.breaks} | {bug.invariant} | {found} |"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutations", description=__doc__)
    parser.add_argument("names", nargs="*", help="these only (default: all)")
    parser.add_argument("--count", type=int, default=3000, help="schedules for each (default: 3000)")
    parser.add_argument("--jobs", type=int, default=2)
    wanted = parser.parse_args()
    chosen = [bug for bug in catalogue() if not wanted.names or bug.name in wanted.names]
    verdicts = []
    for bug in chosen:
        verdicts.append(judged(bug, wanted.count, wanted.jobs))
        word = "caught" if verdicts[-1].caught else "NOT CAUGHT"
        print(
            f"{word:<10} {bug.name:<32} {verdicts[-1].seconds:4.0f} s  {verdicts[-1].rule}", file=sys.stderr
        )
    print("\n".join(told(verdicts)))
    caught = sum(one.caught for one in verdicts)
    print(f"\n{caught} of {len(verdicts)} caught")
    return 0 if caught == len(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
