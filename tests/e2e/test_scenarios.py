# SPDX-License-Identifier: MIT
"""Every scenario of tests/sim on every device runtime; what each run left lies in build/artefacts/sim."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from runtimes import needed

from suanpan.places import BUILD
from suanpan.runtime.launch import NAMES
from suanpan.simulator.runner import Options, run_scenario
from suanpan.simulator.scenario import load

SCENARIOS = sorted(Path(__file__).parent.parent.joinpath("sim").glob("*.yaml"))
ARTEFACTS = ("events.jsonl", "journal.jsonl", "flash.img", "mqtt.bin", "summary.json")


def run(path, runtime, **options):
    out = BUILD / "artefacts" / "sim" / runtime / path.stem
    shutil.rmtree(out, ignore_errors=True)
    told = []
    report = lambda state, number, step, reason: told.append((state, number, step.word, reason))  # noqa: E731
    chosen = Options(runtime=runtime, heap=needed(runtime), out=out, timeout_s=60, **options)
    summary = asyncio.run(run_scenario(load(path), chosen, report))
    return summary, out, told


@pytest.mark.parametrize("runtime", NAMES)
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenario(path, runtime):
    summary, out, _told = run(path, runtime)
    failed = summary["failed_step"]
    assert not failed, f"{path.name}:{failed['line']} {failed['reason']}\n{failed['screen']}"
    assert all((out / name).exists() for name in ARTEFACTS)
    assert json.loads((out / "summary.json").read_text(encoding="utf-8")) == json.loads(json.dumps(summary))
    assert len(list((out / "screens").glob("*.png"))) == len(list((out / "screens").glob("*.txt"))) > 0
