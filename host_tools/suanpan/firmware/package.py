# SPDX-License-Identifier: MIT
"""firmware/package.json: what `mip install` takes, https://docs.micropython.org/en/latest/reference/packages.html.

Addresses are relative to the file itself, so that it serves from wherever the repository is served.
"""

import json
from importlib.metadata import version
from pathlib import Path

from suanpan.firmware.sources import MANIFEST, device_files

TARGET = MANIFEST.with_name("package.json")


def write(target: Path = TARGET) -> Path:
    """List every file of package `pos` as [path on the device, address]."""
    names = [name for name in device_files() if name.startswith("pos/")]
    listed = ",\n".join(f"    {json.dumps([name, name])}" for name in names)
    target.write_text(
        f'{{\n  "version": "{version("suanpan")}",\n  "deps": [],\n  "urls": [\n{listed}\n  ]\n}}\n'
    )
    return target
