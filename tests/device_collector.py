# SPDX-License-Identifier: MIT
"""Collects each test function of tests/unit and tests/flows once per runtime.

`cpython` runs in this process; `micropython` and `micropython32` run one process per file, whose result lines
become the items' outcomes. The heap of micropython32 is 128k unless the file says `# heap: 1m`. A test that can
only measure on some runtimes is named with them in the file's `RUNTIMES`.
"""

import inspect
import json
import re
import selectors
import subprocess
import time
from pathlib import Path

import pytest

from suanpan.errors import Failure
from suanpan.places import BUILD, ROOT

TESTS = Path(__file__).parent
FOLDERS = ("unit", "flows")
DEVICE_RUNTIMES = ("micropython", "micropython32")
DEADLINE_S = 90


class DeviceTestError(Exception):
    """A test failed on a device runtime; the text is that runtime's own traceback."""


class DeviceModule(pytest.Module):
    """One test file; yields `test_name[runtime]`."""

    def collect(self):
        self.runs = {}
        only = getattr(self.obj, "RUNTIMES", {})
        tests = {n: f for n, f in vars(self.obj).items() if n.startswith("test_") and inspect.isfunction(f)}
        for runtime in ("cpython", *DEVICE_RUNTIMES):
            for name, function in tests.items():
                if runtime in only.get(name, (runtime,)):
                    yield self.item(runtime, name, function)

    def item(self, runtime: str, name: str, function) -> pytest.Item:
        if runtime == "cpython":
            return pytest.Function.from_parent(self, name=f"{name}[cpython]", callobj=function)
        return DeviceItem.from_parent(self, name=f"{name}[{runtime}]", test=name, runtime=runtime)

    def outcome(self, item: "DeviceItem") -> dict:
        """Result of one item; starts the runtime at the first one asked for."""
        if item.runtime not in self.runs:
            chosen = [i.test for i in self.session.items if is_sibling(i, item)]
            self.runs[item.runtime] = DeviceRun(self.path, item.runtime, chosen)
        return self.runs[item.runtime].outcome(item.test)

    def teardown(self):
        for run in self.runs.values():
            run.stop()


def is_sibling(other, item) -> bool:
    return isinstance(other, DeviceItem) and other.parent is item.parent and other.runtime == item.runtime


class DeviceItem(pytest.Item):
    """One test function on one device runtime."""

    def __init__(self, *, test: str, runtime: str, **rest) -> None:
        super().__init__(**rest)
        self.test, self.runtime = test, runtime

    def runtest(self) -> None:
        try:
            result = self.parent.outcome(self)
        except Failure as failure:
            pytest.skip(f"{self.runtime}: {failure}")
        if result["output"]:
            self.add_report_section("call", "stdout", result["output"])
        if not result["ok"]:
            raise DeviceTestError(result["error"])

    def repr_failure(self, excinfo, style=None):
        if isinstance(excinfo.value, DeviceTestError):
            return f"on {self.runtime}:\n{excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self):
        return self.path, None, self.name


class DeviceRun:
    """The process that runs one test file on one runtime; its result lines are read as they come."""

    def __init__(self, path: Path, runtime: str, tests: list[str]) -> None:
        from suanpan.runtime.launch import launch

        folders = ":".join(str(compiled_tests(folder, runtime, path)) for folder in FOLDERS)
        words = (folders, path.stem, *tests)
        command = launch(runtime, TESTS / "device_runner.py", words, declared_heap(path, runtime))
        self.process = subprocess.Popen(
            command.argv,
            env=command.env,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
        )
        self.results: dict[str, dict] = {}
        self.printed: list[str] = []
        self.rest = b""

    def outcome(self, test: str) -> dict:
        deadline = time.monotonic() + DEADLINE_S
        while test not in self.results:
            reason = self._read(deadline)
            if reason:
                text = "\n".join([*self.printed[-60:], reason])
                return {"ok": False, "error": text, "output": ""}
        return self.results[test]

    def _read(self, deadline: float) -> str:
        """Take in what the process says next; a text when nothing more will come."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            if not selector.select(max(0, deadline - time.monotonic())):
                self.stop()
                return f"(no result within {DEADLINE_S} s: stopped)"
        data = self.process.stdout.read(65536)
        if not data:
            return f"(the runtime ended with status {self.process.wait()} before this test's result)"
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            self._take(line.decode("utf-8", "replace"))
        return ""

    def _take(self, line: str) -> None:
        if not line.startswith("@@ "):
            self.printed.append(line)
            return
        result = json.loads(line[3:])
        self.results[result["test"]] = {**result, "output": "\n".join(self.printed)}
        self.printed = []

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def declared_heap(path: Path, runtime: str) -> str | None:
    """Heap that the file asks for on micropython32; None leaves the runtime's default."""
    match = re.search(r"^# heap: (\d+[km])$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return match[1] if match and runtime == "micropython32" else None


def compiled_tests(folder: str, runtime: str, needed: Path) -> Path:
    """Folder with the compiled files of tests/`folder`, so that compiling does not fill the device's heap."""
    from suanpan.firmware import rom

    target = BUILD / f"tests-{runtime}" / folder
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted((needed.parents[1] / folder).glob("*.py")):
        if path == needed or not path.name.startswith("test_"):
            code = rom.compiled(path.name, path, rom.architecture(runtime))
            rom.replace(target / f"{path.stem}.mpy", code or b"")
    return target
