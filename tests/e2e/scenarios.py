# SPDX-License-Identifier: MIT
"""Runs the scenarios of tests/sim; what each run left lies in build/artefacts/sim/RUNTIME/NAME."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from runtimes import needed

from suanpan.places import BUILD
from suanpan.simulator.runner import Options, run_scenario
from suanpan.simulator.scenario import load

SCENARIOS = sorted(Path(__file__).parent.parent.joinpath("sim").glob("*.yaml"))
BACK_HEAP = "136k"  # of micropython32, for refunds (docs/memory.md)
ARTEFACTS = ("events.jsonl", "journal.jsonl", "flash.img", "mqtt.bin", "summary.json")


def each(test):
    """Decorator: the test once for each scenario."""
    return pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)(test)


def run(path, runtime, **options):
    """(summary, artefact directory) of one scenario on one runtime."""
    out = BUILD / "artefacts" / "sim" / runtime / path.stem
    shutil.rmtree(out, ignore_errors=True)
    heap = needed(runtime)
    if heap and path.stem.startswith(("refund-", "whole-day")):
        heap = BACK_HEAP
    chosen = Options(runtime=runtime, heap=heap, out=out, timeout_s=60, **options)
    return asyncio.run(run_scenario(load(path), chosen, lambda *_progress: None)), out


def check(path, runtime):
    """One scenario on one runtime: every expectation holds, and every artefact is there."""
    summary, out = run(path, runtime)
    failed = summary["failed_step"]
    assert not failed, f"{path.name}:{failed['line']} {failed['reason']}\n{failed['screen']}"
    assert summary["outcome"] == "ok", [one for one in summary["invariants"] if not one["holds"]]
    assert [one["number"] for one in summary["invariants"]] == [1, 2, 3, 4, 5, 6, 7]
    assert all((out / name).exists() for name in ARTEFACTS)
    assert json.loads((out / "summary.json").read_text(encoding="utf-8")) == json.loads(json.dumps(summary))
    assert len(list((out / "screens").glob("*.png"))) == len(list((out / "screens").glob("*.txt"))) > 0
