# SPDX-License-Identifier: MIT
"""The terminal's own process: the real application on its runtime, started and cut like a device.

A power cut is SIGKILL to the process that was started here, and to nothing else.
"""

import asyncio
import contextlib
import subprocess
from collections.abc import Callable
from pathlib import Path

from suanpan.places import ROOT
from suanpan.runtime.launch import launch

MAIN = ROOT / "firmware" / "main.py"
LOG_TAIL = 20  # lines told when the device ends by itself


class Device:
    """One terminal process at a time; `on_exit(code)` is called when it ends without being told to."""

    def __init__(self, runtime: str, heap: str | None, log: Path, on_exit: Callable[[int], None]) -> None:
        self.runtime, self.heap, self._log, self._on_exit = runtime, heap, log, on_exit
        self._process: subprocess.Popen[bytes] | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self.running else None

    async def start(self, profile: Path, bench_port: int) -> None:
        if self.running:
            return
        arguments = ("--board", "unix", "--profile", str(profile), "--bench", f"127.0.0.1:{bench_port}")
        command = await asyncio.to_thread(launch, self.runtime, MAIN, arguments, self.heap)
        with open(self._log, "ab") as log:
            self._process = subprocess.Popen(
                command.argv,
                env=command.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                start_new_session=True,  # Ctrl-C reaches the simulator only, which then ends the device
            )
        self._watch = asyncio.create_task(self._report_exit(self._process))

    async def kill(self) -> None:
        """Power cut: end the process at once, with no chance to tidy up."""
        process, self._process = self._process, None
        if self._watch:
            self._watch.cancel()
            self._watch = None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await asyncio.to_thread(process.wait)

    def tail(self) -> str:
        """The last lines that the device wrote, for the person who must find out why it ended."""
        if not self._log.exists():
            return ""
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-LOG_TAIL:])

    async def _report_exit(self, process: "subprocess.Popen[bytes]") -> None:
        code = await asyncio.to_thread(process.wait)
        if self._process is process:
            self._on_exit(code)
