# SPDX-License-Identifier: MIT
"""Which command runs which runtime, and how a file is run on it with the application importable.

DESIGN: `cpython`, `micropython` (64-bit) and `micropython32` (i386, 128 KiB heap, application in a
ROM image).
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from suanpan.errors import USAGE, Failure
from suanpan.places import BUILD, ROOT
from suanpan.runtime import install
from suanpan.runtime.options import NAMES

ROMFS_SINCE = (1, 25)
DEFAULT_HEAP = {"micropython32": "128k"}
OVERRIDE = {"micropython": "MICROPYTHON", "micropython32": "MICROPYTHON32"}
SOURCES = (ROOT / "firmware", ROOT, ROOT / "host_tools")


class Launch(NamedTuple):
    """A command ready for exec: arguments and environment."""

    argv: list[str]
    env: dict[str, str]


def which(name: str, may_install: bool = True) -> tuple[list[str], str]:
    """(command, version) of a runtime; Failure with the next step if it cannot be had."""
    if name not in NAMES:
        raise Failure(f"There is no runtime called {name!r}.", f"use one of: {', '.join(NAMES)}", USAGE)
    if name == "cpython":
        return [sys.executable], ".".join(str(n) for n in sys.version_info[:3])
    found = from_environment(name) or on_path(name) or install.installed(name)
    if found:
        return found
    if not may_install:
        raise Failure(f"{name} is not installed.", f"run: suanpan runtime install {name}")
    return install.install(name)


def from_environment(name: str) -> tuple[list[str], str] | None:
    path = os.environ.get(OVERRIDE[name])
    if not path:
        return None
    try:
        version = install.probe([path])
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        said, repair = f"{OVERRIDE[name]}={path} does not run: {error}.", f"correct or unset {OVERRIDE[name]}"
        raise Failure(said, repair) from error
    if not install.recent(version):
        raise Failure(f"{OVERRIDE[name]}={path} is version {version}, older than 1.24.", "use a newer one")
    return [path], version


def on_path(name: str) -> tuple[list[str], str] | None:
    """`micropython` on PATH if it is recent enough (an older one is passed over)."""
    path = shutil.which("micropython") if name == "micropython" else None
    if not path:
        return None
    try:
        version = install.probe([path])
    except (OSError, subprocess.CalledProcessError):
        return None
    return ([path], version) if install.recent(version) else None


def launch(name: str, file: str | Path, args: tuple[str, ...] = (), heap: str | None = None) -> Launch:
    """Command and environment that run `file` on runtime `name`; builds the ROM image first if it is old."""
    command, version = which(name)
    env = {**os.environ, "SUANPAN_FONT": os.environ.get("SUANPAN_FONT") or str(BUILD / "font16.bin")}
    if name == "cpython":
        paths = [*map(str, SOURCES), *filter(None, [env.get("PYTHONPATH")])]
        env |= {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}  # MicroPython buffers nothing
        return Launch([*command, str(file), *args], env)
    from suanpan.firmware import rom

    heap = heap or DEFAULT_HEAP.get(name)
    options = ["-X", f"heapsize={heap}"] if heap else []
    image = str(rom.image(name)) if install.recent(version, ROMFS_SINCE) else ""
    env["SUANPAN_BOOT"] = json.dumps([image, [str(path) for path in SOURCES[:2]], [str(file), *args]])
    return Launch([*command, *options, str(Path(__file__).with_name("boot.py"))], env)
