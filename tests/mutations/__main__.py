# SPDX-License-Identifier: MIT
"""`make mutations`: one bug at a time in a copy of the sources; simulation or test must find it (docs/mutations.md)."""

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
PAGE = ROOT / "docs" / "mutations.md"
RESULT = re.compile(r"^\d+ of \d+ are found:\n\n(?:\|.*\n)+", re.MULTILINE)  # on that page
COPIED = ("firmware", "host_tools", "boards", "tests", "pyproject.toml")
SIMULATION = "simulation"
FOUND = {  # what a simulation says that found something, and pytest
    SIMULATION: re.compile(r"(seed \d+: .*)"),
    "pytest": re.compile(r"FAILED \S+::(\w+)"),
}
_LONGEST_S = 600
_ENVIRONMENT = {"PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"}  # pytest's lines, whole


class Mutation(NamedTuple):
    """One seeded bug."""

    name: str
    file: str
    old: str
    new: str
    breaks: str
    invariant: str
    also: dict[str, str] | None = None  # file, old and new of the second half, where two guards hold
    by: str = SIMULATION  # else the test that must fail

    @property
    def places(self) -> Iterator[tuple[str, str, str]]:
        """(file, old, new) of each half."""
        yield self.file, self.old, self.new
        if self.also:
            yield self.also["file"], self.also["old"], self.also["new"]


class Verdict(NamedTuple):
    """What became of it; `rule` is the one that was found broken."""

    mutation: Mutation
    caught: bool
    rule: str
    seconds: float


def catalogue() -> list[Mutation]:
    return [Mutation(name, **fields) for name, fields in tomllib.loads(CATALOGUE.read_text()).items()]


def seeded(mutation: Mutation, folder: Path) -> None:
    """Write the bug into the copy in `folder`. ValueError when the text is not there exactly once."""
    for file, old, new in mutation.places:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        if text.count(old) != 1:
            raise ValueError(f"{mutation.name}: {file} has its old text {text.count(old)} times, not once")
        path.write_text(text.replace(old, new), encoding="utf-8")


def judged(mutation: Mutation, count: int, jobs: int) -> Verdict:
    """Run simulation or test on a copy with the bug in it."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="suanpan-mutation-") as name:
        folder = Path(name)
        for part in COPIED:
            copied(ROOT / part, folder / part)
        seeded(mutation, folder)
        module, options = _check(mutation.by, count, jobs)
        done = run_in(folder, options, _LONGEST_S, module)
    lines = (done.stdout.strip() or done.stderr.strip()).splitlines()
    found = next(filter(None, map(FOUND[module].match, lines)), None)
    return Verdict(mutation, bool(found), found[1] if found else lines[-1], time.monotonic() - started)


def copied(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def _check(by: str, count: int, jobs: int) -> tuple[str, tuple[str, ...]]:
    """(module, its options)."""
    if by == SIMULATION:
        return by, ("--brief", "--count", str(count), "--jobs", str(jobs))
    return "pytest", ("-q", "-x", "--tb=no", "-p", "no:cacheprovider", "-k", "not micropython", by)


def run_in(
    folder: Path, options: tuple[str, ...], limit_s: float, module: str, also: tuple[str, ...] = ()
) -> subprocess.CompletedProcess:
    """Run a test harness, `module`, on the copy of the sources in `folder`; `also` names more import paths in it."""
    paths = [folder / part for part in ("tests", *also, "firmware", "host_tools", ".")]
    return subprocess.run(
        [sys.executable, "-m", module, *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths)), **_ENVIRONMENT},
        capture_output=True,
        text=True,
        timeout=limit_s,
        check=False,
    )


def told(verdicts: list[Verdict]) -> Iterator[str]:
    """The result, as docs/mutations.md has it."""
    yield f"{sum(one.caught for one in verdicts)} of {len(verdicts)} are found:"
    yield ""
    yield "| Bug | In | What it breaks | Invariant | Found by |"
    yield "|---|---|---|---|---|"
    for bug, caught, rule, _ in verdicts:
        found = rule if caught else "**not found**"
        yield f"| {bug.name} | `{bug.file}` | {bug.breaks} | {bug.invariant} | {found} |"


def judge_all(bugs: list[Mutation], count: int, jobs: int) -> Iterator[Verdict]:
    """One after the other, each told on stderr."""
    for bug in bugs:
        verdict = judged(bug, count, jobs)
        word = "caught" if verdict.caught else "NOT CAUGHT"
        print(f"{word:<10} {bug.name:<32} {verdict.seconds:4.0f} s  {verdict.rule}", file=sys.stderr)
        yield verdict


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutations", description=__doc__)
    parser.add_argument("names", nargs="*", help="these only (default: all)")
    parser.add_argument("--count", type=int, default=3000, help="schedules for each (default: 3000)")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="put the result of all into docs/mutations.md")
    wanted = parser.parse_args()
    if wanted.write and wanted.names:
        parser.error("--write wants all of them")
    chosen = [bug for bug in catalogue() if not wanted.names or bug.name in wanted.names]
    verdicts = list(judge_all(chosen, wanted.count, wanted.jobs))
    result = "\n".join(told(verdicts)) + "\n"
    print(result, end="")
    if wanted.write:
        PAGE.write_text(RESULT.sub(lambda _: result, PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0 if all(one.caught for one in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
