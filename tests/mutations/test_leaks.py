# SPDX-License-Identifier: MIT
"""S9: bugs that let a secret out are found by a scenario; sources without one are not accused."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from suanpan.places import ROOT

BUGS = tomllib.loads(Path(__file__).with_name("leaks.toml").read_text(encoding="utf-8"))
SCENARIO = ("sim", "run", "tests/mutations/sale.yaml", "--runtime", "cpython", "--json", "--quiet")
PARTS = ("firmware", "host_tools", "boards", "tests/mutations")


def run_in(folder):
    paths = os.pathsep.join(str(folder / part) for part in ("firmware", "host_tools", "."))
    return subprocess.run(
        [sys.executable, "-m", "suanpan.cli", *SCENARIO],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=110,
    )


def judged(folder, file="", old="", new="", **_told):
    """Exit code and verdict of invariant 7 of a run on a copy of the sources with the bug in it."""
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    if file:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")
    done = run_in(folder)
    assert done.stdout, done.stderr
    found = {one["number"]: one for one in json.loads(done.stdout)["invariants"]}
    return done.returncode, found[7]


@pytest.mark.parametrize("name", BUGS)
def test_s9_a_seeded_leak_is_found(tmp_path, name):
    code, verdict = judged(tmp_path, **BUGS[name])
    assert code == 1 and not verdict["holds"]
    assert "in clear" in verdict["detail"]


def test_s9_sound_sources_are_not_accused(tmp_path):
    code, verdict = judged(tmp_path)
    assert (code, verdict["holds"]) == (0, True), verdict
