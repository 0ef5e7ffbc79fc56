# SPDX-License-Identifier: MIT
"""The application's memory stays flat however many transactions pass (DESIGN section 6)."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from suanpan.errors import Failure
from suanpan.runtime.launch import launch

SCRIPT = Path(__file__).with_name("growth.py")
LONG = "SUANPAN_LONG" in os.environ
SALES, EVERY = (100_000, 5000) if LONG else (800, 100)
HEAP = "192k"  # the scripts of the test and their flash are in it too
SLACK = 256  # bytes: small objects come and go between two looks
LIMIT_S = 6 * 3600 if LONG else 280


@pytest.mark.timeout(LIMIT_S + 20)
def test_memory_is_flat_over_many_transactions(record_property):
    try:
        started = launch("micropython32", SCRIPT, (str(SALES), str(EVERY)), HEAP)
    except Failure as failure:
        pytest.skip(f"micropython32: {failure}")
    done = subprocess.run(
        ("nice", *started.argv), env=started.env, capture_output=True, text=True, timeout=LIMIT_S
    )
    assert done.returncode == 0, done.stderr + done.stdout[-2000:]
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    used = [one["used"] for one in told]
    assert [one["sales"] for one in told] == list(range(EVERY, SALES + 1, EVERY))
    assert max(used) - used[0] <= SLACK, used
    names = set(re.findall(r"n_qstr=(\d+)", done.stdout))
    assert len(names) == 1, f"interned names grow: {sorted(names)}"
    assert {one["pending"] for one in told} == {0}
    record_property(
        "memory", f"micropython32  {SALES} sales, {min(used)} to {max(used)} bytes, first look {used[0]}"
    )
