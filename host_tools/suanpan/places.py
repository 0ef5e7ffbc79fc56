# SPDX-License-Identifier: MIT
"""Where the source tree keeps what is downloaded (`.cache/`) and what is built (`build/`).

`SUANPAN_CACHE` names another cache, for example one shared by several clones.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("SUANPAN_CACHE") or ROOT / ".cache").absolute()
BUILD = ROOT / "build"
