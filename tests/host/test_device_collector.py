# SPDX-License-Identifier: MIT
"""What pytest says about device tests that fail, break their runtime, or have none."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from suanpan.errors import Failure
from suanpan.runtime import launch

TESTS = Path(__file__).parents[1]

FILE = """
import asyncio
import sys
# heap: 512k

def test_passes():
    print("not shown")

def test_fails():
    print("said before")
    assert 1 + 1 == 3, "sums"

async def test_waits():
    await asyncio.sleep(0)

def test_leaves_the_runtime():
    if sys.implementation.name == "micropython":
        import ffi
        ffi.open("libc.so.6").func("v", "exit", "i")(9)

def test_after_it():
    pass

RUNTIMES = {"test_measures": ("micropython",)}

def test_measures():
    assert sys.implementation.name == "micropython"
"""


def run(tmp_path, **environment):
    folder = tmp_path / "tests/unit"
    folder.mkdir(parents=True)
    (folder / "test_collector_sample.py").write_text(FILE)
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "conftest",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        tmp_path,
    ]
    env = {**os.environ, "PYTHONPATH": str(TESTS), "COLUMNS": "160", **environment}
    for name in [n for n in env if n.startswith(("COV_", "PYTEST_"))]:
        del env[name]
    return subprocess.run([*words, folder], capture_output=True, text=True, env=env, cwd=tmp_path).stdout


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    try:
        launch.which("micropython32")
    except Failure as failure:
        pytest.skip(f"micropython32: {failure}")
    return run(tmp_path_factory.mktemp("sample"))


def test_each_test_is_one_item_per_runtime_that_it_can_run_on(output):
    assert "collected 16 items" in output


def test_a_failure_shows_the_runtime_its_traceback_and_what_was_printed(output):
    assert "on micropython32:" in output
    assert re.search(
        r'File "/rom/test_collector_sample.mpy", line 11, in test_fails\nAssertionError: sums', output
    )
    assert "said before" in output
    assert "not shown" not in output


def test_a_runtime_that_ends_fails_the_tests_it_owes(output):
    assert "the runtime ended with status 9" in output
    failed = re.findall(r"FAILED .*::(\w+\[\w+\])", output)
    assert sorted(failed) == sorted(
        [f"{test}[{runtime}]" for runtime in ("micropython", "micropython32")
         for test in ("test_fails", "test_leaves_the_runtime", "test_after_it")]
        + ["test_measures[micropython]", "test_fails[cpython]"]
    )  # fmt: skip


def test_a_missing_runtime_is_skipped_loudly(tmp_path):
    output = run(tmp_path, MICROPYTHON32="/nowhere/micropython")
    assert "5 skipped" in output
    assert "NOT RUN: 5 tests on micropython32." in output
    assert "MICROPYTHON32=/nowhere/micropython does not run" in output
