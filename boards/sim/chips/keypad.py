# SPDX-License-Identifier: MIT
"""Virtual key matrix: contact states, one per scan period of 10 ms, with seeded bounce (FAULTS.md F35)."""

import random

ROWS = (
    ("MENU", "FUNC", "UP", "DOWN"),
    ("1", "2", "3", "CANCEL"),
    ("4", "5", "6", "CLEAR"),
    ("7", "8", "9", None),
    ("00", "0", None, "ENTER"),
)
KEYS = tuple(name for row in ROWS for name in row if name)
STEADY = 4  # periods that a contact stays as it is, at least


class VirtualKeypad:
    """Contact states as the wire carries them: one byte per row, bit n = column n closed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._closed: set[str] = set()

    def state(self) -> bytes:
        return bytes(sum(1 << i for i, name in enumerate(row) if name in self._closed) for row in ROWS)

    def close(self, name: str) -> list[bytes]:
        """States while `name` closes."""
        return self._change(name, self._closed | {name})

    def open(self, name: str) -> list[bytes]:
        """States while `name` opens."""
        return self._change(name, self._closed - {name})

    def _change(self, name: str, closed: set[str]) -> list[bytes]:
        if name not in KEYS:
            raise ValueError(f"no key {name!r}; keys are {' '.join(KEYS)}")
        before = self.state()
        self._closed = closed
        after = self.state()
        return [after, before] * self._random.randrange(2) + [after] * STEADY
