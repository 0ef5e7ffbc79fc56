# SPDX-License-Identifier: MIT
"""Scripted decisions of the sandbox: a test or scenario says what the next requests get, whatever they ask."""

from collections import deque

from suanpan.host.verdict import APPROVED, LATE, NEVER, NOW, REFUSED, Verdict

_DECISIONS = {
    "approve": (APPROVED, NOW),
    "decline": (REFUSED, NOW),
    "silent": (APPROVED, NEVER),
    "late": (APPROVED, LATE),
}


class Script:
    """A queue of decisions; each is used once, in order. Safe to fill from another thread."""

    def __init__(self) -> None:
        self._next: deque[tuple[str, str]] = deque()

    def add(self, decision: str, code: str | None = None) -> None:
        """`decision` is approve, decline, silent or late; `code` replaces the response code it brings."""
        if decision not in _DECISIONS:
            raise ValueError(f"decision {decision!r} is none of {', '.join(_DECISIONS)}")
        default, answer = _DECISIONS[decision]
        self._next.append((code or default, answer))

    def take(self, amount: int) -> Verdict | None:
        """The next scripted decision on `amount`, or None when there is none."""
        try:
            code, answer = self._next.popleft()
        except IndexError:
            return None
        return Verdict(code, amount if code == APPROVED else 0, answer)
