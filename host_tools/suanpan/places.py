# SPDX-License-Identifier: MIT
"""Where things are kept: downloads (`.cache/`) and builds (`build/`) beside the source, data in the user's folder.

`SUANPAN_CACHE` names another cache, for example one shared by several clones.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("SUANPAN_CACHE") or ROOT / ".cache").absolute()
BUILD = ROOT / "build"


def data_dir() -> Path:
    """Where books, keys and profiles are kept when nothing else is said (XDG base directory specification)."""
    base = os.environ.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local", "share")
    return Path(base) / "suanpan"
