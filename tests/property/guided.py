# SPDX-License-Identifier: MIT
"""`python -m guided NAME FOLDER [libFuzzer options]`: one parser under coverage-guided fuzzing (docs/fuzzing.md).

FOLDER keeps every input that reached something new. An input that fails is shrunk and told; exit code 1.
"""

import os
import sys
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["pos", "planted"]):
    from fuzz_targets import PLANTED, TARGETS
from fuzzing import Hang, Target, watched

SEEDS = 40  # right inputs to begin with


def wrong(target: Target, data: bytes) -> str:
    """What is wrong with the parser on this input; '' when nothing is."""
    try:
        with watched() as now:
            now(data)
            target.parse(data)
    except target.errors:
        return ""
    except (Exception, Hang) as error:  # noqa: BLE001 every failure is a finding
        return repr(error)
    return ""


def shrunk(target: Target, data: bytes) -> bytes:
    """What is left when no more can be left out."""
    size = len(data)
    while size:
        for at in range(0, len(data), size):
            less = data[:at] + data[at + size :]
            if wrong(target, less):
                data = less
                break
        else:
            size //= 2
    return data


def sow(target: Target, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    dice = Random(1)
    for number in range(SEEDS):
        (folder / f"seed-{number}").write_bytes(target.grammar.sound(dice))


def main() -> None:
    name, folder, *options = sys.argv[1:]
    target = {**TARGETS, "planted": PLANTED}[name]

    def once(data: bytes) -> None:
        if wrong(target, data):
            short = shrunk(target, data)
            print(f"{name}: {short.hex()}: {wrong(target, short)}", flush=True)
            os._exit(1)  # an exception would be told a second time

    sow(target, Path(folder))
    atheris.Setup([sys.argv[0], *options, folder], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
