# SPDX-License-Identifier: MIT
"""Wall clock of a Unix board: the system's, corrected by what the host says and by the workbench.

Never before the floor, which is when this was built, then what the host last said (FAULTS F10).
"""

import time

_BUILT_S = 1_767_225_600  # 2026-01-01: a clock that was lost starts in 1970
_LAST_S = 0xFFFFFFFF  # in 2106, the last that a record holds: a clock that says more is as good as lost


class Clock:
    """Unix seconds."""

    def __init__(self):
        self._offset_s = 0
        self._floor_s = _BUILT_S

    def now(self):
        now_s = int(time.time()) + self._offset_s
        return now_s if self._floor_s <= now_s <= _LAST_S else self._floor_s

    def not_before(self, seconds):
        """Raise the floor to what the host said before the last start; what the clock says is kept."""
        self._floor_s = max(self._floor_s, seconds)

    def learn(self, host_seconds):
        """Take over the host's authenticated time; it may lie before what a wrong clock said."""
        self._floor_s = max(_BUILT_S, host_seconds)
        self._offset_s = host_seconds - int(time.time())

    def control(self, message):
        """Take {"clock_offset_s": n} (from the system's time) or {"clock_set_s": n} from the workbench."""
        if "clock_offset_s" in message:
            self._offset_s = message["clock_offset_s"]
        if "clock_set_s" in message:
            self._offset_s = message["clock_set_s"] - int(time.time())
