# SPDX-License-Identifier: MIT
"""Runs a device-side script of the benchmark on a runtime and reads its one JSON line."""

import json
import subprocess
from pathlib import Path

import peers

from suanpan.runtime.launch import Launch, launch

DEVICE = Path(__file__).parent / "device"
LIMIT_S = 240


def command(runtime: str, script: str, words: tuple[str, ...], peer: bool) -> Launch:
    folder = (str(peers.folder_once()),) if peer else ()
    return launch(runtime, DEVICE / script, (*words, *folder))


def run(runtime: str, script: str, *words: str, peer: bool = False, prefix=(), stderr: bool = False):
    """The script's JSON as a dict; with `stderr` what it wrote there instead."""
    started = command(runtime, script, words, peer)
    done = subprocess.run(
        [*prefix, *started.argv], env=started.env, capture_output=True, text=True, timeout=LIMIT_S
    )
    if done.returncode:
        raise subprocess.SubprocessError(f"{script} {' '.join(words)} failed:\n{done.stderr[-2000:]}")
    return done.stderr if stderr else json.loads(done.stdout.splitlines()[-1])
