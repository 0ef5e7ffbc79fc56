# SPDX-License-Identifier: MIT
"""What the modules of the ROM image take of the heap, measured on micropython32 (docs/memory.md)."""

import json
import subprocess
from pathlib import Path

from suanpan.errors import Failure
from suanpan.firmware.bundle import LASTING, PASSING
from suanpan.runtime.launch import launch

# What stands alone, beside the bundles; what start-up and a flow let go again stands under its own name.
ALONE = (
    "boards.unix.board pos.tasks pos.terminal pos.cards pos.codec.cose pos.crypto.dukpt pos.cards.completion"
)
PROBE = Path(__file__).with_name("parts_on_device.py")


def parts() -> dict[str, int]:
    """{part: bytes}, largest first; `interpreter` is what MicroPython, the start script and asyncio hold."""
    names = [*LASTING, *ALONE.split(), *PASSING]
    started = launch("micropython32", PROBE, tuple(names), heap="900k")
    done = subprocess.run(
        started.argv, env=started.env, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise Failure(f"The modules cannot be measured:\n{done.stderr.strip() or done.stdout.strip()}")
    found = json.loads(done.stdout)
    modules = sorted(found["modules"].items(), key=lambda row: -row[1])
    return {"interpreter": found["interpreter"], **{name: size for name, size in modules if size}}
