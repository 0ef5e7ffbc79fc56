# SPDX-License-Identifier: MIT
"""Wall clock of a Unix board: the system's, corrected by what the host says and by the workbench."""

import time

BUILD_FLOOR_S = 1_735_689_600  # 2025-01-01; a clock that shows less has lost its battery


class Clock:
    """Unix seconds. `trusted` once the time is plausible: the system's own, or learnt from the host."""

    def __init__(self):
        self._offset_s = 0
        self._learnt = False

    def now(self):
        return int(time.time()) + self._offset_s

    @property
    def trusted(self):
        return self._learnt or self.now() >= BUILD_FLOOR_S

    def learn(self, host_seconds):
        """Take over the host's authenticated time."""
        self._offset_s += host_seconds - self.now()
        self._learnt = True

    def control(self, message):
        """Take {"clock_offset_s": n} (from the system's time) or {"clock_set_s": n} from the workbench."""
        if "clock_offset_s" in message:
            self._offset_s = message["clock_offset_s"]
            self._learnt = False
        if "clock_set_s" in message:
            self._offset_s += message["clock_set_s"] - self.now()
            self._learnt = False
