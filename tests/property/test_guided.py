# SPDX-License-Identifier: MIT
"""Every parser under coverage-guided fuzzing for minutes, and that it finds what blind fuzzing does not."""

import os
import re
import subprocess
import sys

import pytest
from fuzz_targets import PLANTED, TARGETS
from fuzzing import fuzzed

from suanpan.places import ROOT

pytestmark = [pytest.mark.long, pytest.mark.fault("F32")]
SECONDS = int(os.environ.get("SUANPAN_FUZZ_SECONDS", "300"))  # for each parser
RUNS = 200_000  # for the planted bug, guided and blind
BUG = "9f5b82017ea5"
SOURCES = ("tests/property", "firmware", "host_tools", ".")
DONE = re.compile(r"Done (\d+) runs")


def guided(name, folder, *options):
    """The process after its end."""
    pytest.importorskip("atheris", reason="atheris is missing: .venv/bin/python -m pip install -e '.[fuzz]'")
    return subprocess.run(
        [sys.executable, "-m", "guided", name, str(folder), f"-artifact_prefix={folder}-", *options],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(str(ROOT / part) for part in SOURCES)},
        capture_output=True,
        text=True,
        timeout=SECONDS + 600,
    )


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_is_found(name, record_property):
    folder = ROOT / ".cache" / "fuzz" / name.replace(" ", "-")
    done = guided(name, folder, f"-max_total_time={SECONDS}")
    assert done.returncode == 0, done.stdout or done.stderr
    (runs,) = DONE.findall(done.stderr)
    record_property("fuzz", f"{name:<8} {runs:>10} inputs, {len(list(folder.iterdir()))} kept")


def test_a_bug_behind_nested_conditions_is_found_and_shrunk(tmp_path):
    done = guided("planted", tmp_path, f"-runs={RUNS}", "-seed=1")
    assert done.returncode == 1, done.stderr
    assert f"planted: {BUG}: IndexError" in done.stdout


def test_blind_fuzzing_does_not_find_it():
    """With as many inputs; that the bug is there is shown by the one that triggers it."""
    tally = fuzzed(PLANTED, 1, RUNS)
    assert tally.refused and not any("IndexError" in text for text in tally.texts)
    with pytest.raises(IndexError):
        PLANTED.parse(bytes.fromhex(BUG))
