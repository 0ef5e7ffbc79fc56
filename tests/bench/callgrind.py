# SPDX-License-Identifier: MIT
"""Instructions per round of a device-side script, by callgrind: a difference of two round counts."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from launcher import run


def available() -> bool:
    return shutil.which("valgrind") is not None


class Counter:
    """Counts SCRIPT WHAT … ROUNDS; what start-up, loop and `nothing` take is subtracted."""

    def __init__(self, script: str, few: int, many: int, *words: str) -> None:
        self._script, self._few, self._many, self._words = script, few, many, words
        self._known: dict[str, int] = {}

    def per_round(self, what: str) -> float:
        return (self._counted(what) - self._counted("nothing")) / (self._many - self._few)

    def _counted(self, what: str) -> int:
        if what not in self._known:
            self._known[what] = self._collected(what, self._many) - self._collected(what, self._few)
        return self._known[what]

    def _collected(self, what: str, rounds: int) -> int:
        with tempfile.TemporaryDirectory() as folder:
            prefix = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={Path(folder) / 'out'}")
            words = (what, *self._words, str(rounds))
            said = run("micropython", self._script, *words, peer=True, prefix=prefix, stderr=True)
        match = re.search(r"Collected : (\d+)", said)
        if not match:
            raise subprocess.SubprocessError("callgrind says nothing about instructions:\n" + said[-500:])
        return int(match[1])
