# SPDX-License-Identifier: MIT
"""The peers: micropython-lib's cbor2 and umqtt.simple. They are measured, never committed.

Taken from the folder in PEERS=, else fetched once by MicroPython's package client (mip) into .cache/peers.
"""

import os
import subprocess
import sys
from pathlib import Path

from suanpan.places import ROOT
from suanpan.runtime.launch import which

CACHE = ROOT / ".cache" / "peers"
MODULES = {"cbor2": "cbor2", "umqtt.simple": "umqtt"}  # package: its folder
FETCH_S = 30


def folder() -> Path:
    """Where the peers are looked for."""
    given = os.environ.get("PEERS")
    if given:
        return Path(given).resolve()
    for package, name in MODULES.items():
        if not (CACHE / name).exists():
            fetch(package)
    return CACHE


def fetch(package: str) -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    code = f"import mip; mip.install({package!r}, target={str(CACHE)!r})"
    try:
        subprocess.run(
            [*which("micropython")[0], "-c", code], timeout=FETCH_S, capture_output=True, check=True
        )
    except (OSError, subprocess.SubprocessError):
        print(f"{package} could not be fetched; name a folder that holds it with PEERS=", file=sys.stderr)


def has(package: str) -> bool:
    return (folder_once() / MODULES[package]).exists()


def folder_once(found: list[Path] = []) -> Path:  # noqa: B006 the one place that remembers the folder
    if not found:
        found.append(folder())
    return found[0]
