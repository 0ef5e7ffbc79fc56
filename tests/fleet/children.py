# SPDX-License-Identifier: MIT
"""Processes of this run: started again after each kill, and gone when this one is, whatever ended it."""

import shutil
import subprocess
from pathlib import Path

_SETPRIV = shutil.which("setpriv")  # util-linux: the kernel ends the child when its parent's thread ends
_GUARD = [_SETPRIV, "--pdeathsig", "KILL", "--"] if _SETPRIV else []


class Child:
    """One program that may be killed and started any number of times; what it says is in one file."""

    def __init__(self, name: str, argv: list, env: dict[str, str] | None, said: Path) -> None:
        self.name, self.said = name, said
        self._argv, self._env = [*_GUARD, *map(str, argv)], env
        self._process: subprocess.Popen | None = None
        self.kills = 0

    def start(self) -> None:
        with open(self.said, "ab") as said:
            said.write(b"--- started\n")
            said.flush()
            self._process = subprocess.Popen(
                self._argv, env=self._env, stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def ended(self) -> int | None:
        """The code with which it ended by itself, None while it runs or after a kill."""
        return None if self._process is None else self._process.poll()

    def kill(self) -> None:
        """SIGKILL, by its own process id."""
        self.kills += 1
        self.end()

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self, number: int, timeout_s: float) -> int:
        """Ask it to end; its exit code. subprocess.TimeoutExpired when it does not."""
        assert self._process is not None
        self._process.send_signal(number)
        return self._process.wait(timeout_s)

    def told(self, lines: int = 5) -> str:
        """The last lines that it said."""
        text = self.said.read_text(encoding="utf-8", errors="replace") if self.said.exists() else ""
        return "\n".join(text.splitlines()[-lines:])
