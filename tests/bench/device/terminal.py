# SPDX-License-Identifier: MIT
"""Device side: the whole terminal, as firmware/main.py runs it, with a 10 ms ticker beside it.

A control message {"gap": true} from the workbench asks for the longest gap since the last such message.
"""

import sys

from ticker import Ticker

from boards.unix.board import Board
from main import options
from pos.app import run


class TimedBoard(Board):
    """The board `unix` and its ticker."""

    def __init__(self, profile_dir, bench):
        super().__init__(profile_dir, bench)
        self._ticker = Ticker()
        self._bench.on_control(self._tell)

    def tasks(self):
        return super().tasks() + (("ticker", self._ticker.run),)

    def _tell(self, message):
        if "gap" in message:
            self._bench.control({"event": "gap", "ms": self._ticker.gap_ms})
            self._ticker.gap_ms = 0


chosen = options(sys.argv[1:])
run(TimedBoard(chosen["profile"], chosen["bench"]))
