# SPDX-License-Identifier: MIT
"""firmware/package.json: what `mip install` takes, https://docs.micropython.org/en/latest/reference/packages.html.

Addresses are relative to the file itself, so that it serves from wherever the repository is served.
"""

import json
from importlib.metadata import version
from pathlib import Path

from suanpan.firmware.sources import MANIFEST, device_files

TARGET = MANIFEST.with_name("package.json")


def write() -> Path:
    TARGET.write_text(listed())
    return TARGET


def stale() -> bool:
    return not TARGET.exists() or TARGET.read_text() != listed()


def listed() -> str:
    """Every file of package `pos` as [path on the device, address]."""
    names = [name for name in device_files() if name.startswith("pos/")]
    urls = ",\n".join(f"    {json.dumps([name, name])}" for name in names)
    return f'{{\n  "version": "{version("suanpan")}",\n  "deps": [],\n  "urls": [\n{urls}\n  ]\n}}\n'
