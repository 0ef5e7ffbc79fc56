# SPDX-License-Identifier: MIT
"""Slips as they come out of the printer and lie in the tray: `/slips/N.png` and `/slips/N.txt`."""

import asyncio
from typing import Any

from suanpan.simulator.panel.feed import Feed

GATHER_S = 0.15  # rows fed within this time share one picture; the page smooths the motion
SHOWN = 40  # slips that a page is told of; older ones can still be fetched by number


class Paper:
    """Numbers the printer's slips from 1 and tells browsers when one grows or is torn off."""

    def __init__(self, printer: Any, feed: Feed) -> None:
        self._printer, self._feed = printer, feed
        self._gather: asyncio.TimerHandle | None = None

    def touch(self) -> None:
        """Rows were fed."""
        if self._gather is None:
            self._gather = asyncio.get_running_loop().call_later(GATHER_S, self._show)

    def slip(self, number: int) -> Any:
        """The slip with this number; KeyError when it was never printed."""
        slips = self._printer.slips
        if not 1 <= number <= len(slips):
            raise KeyError(number)
        return slips[number - 1]

    def state(self) -> list[dict[str, Any]]:
        count = len(self._printer.slips)
        return [self._describe(number) for number in range(max(1, count - SHOWN + 1), count + 1)]

    def _describe(self, number: int) -> dict[str, Any]:
        slip = self.slip(number)
        return {"n": number, "rows": slip.rows, "complete": bool(slip.complete)}

    def _show(self) -> None:
        self._gather = None
        count = len(self._printer.slips)
        if count and self._feed.watched:
            self._feed.publish("paper", self._describe(count))
