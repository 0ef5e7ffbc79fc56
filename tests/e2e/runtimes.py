# SPDX-License-Identifier: MIT
"""The runtimes that end-to-end tests run a terminal on; one that this machine cannot have is skipped by name."""

import pytest

from suanpan.errors import Failure
from suanpan.runtime import launch

HEAP = {"micropython32": "128k"}  # the memory gate, DESIGN section 4


def needed(name: str) -> str | None:
    """Heap to run `name` with; skips the test when the runtime cannot be had here."""
    try:
        launch.which(name)
    except Failure as failure:
        pytest.skip(f"{name} is missing: {failure}")
    return HEAP.get(name)
