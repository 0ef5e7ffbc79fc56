# SPDX-License-Identifier: MIT
"""Wall clock of a Unix board: the system's, corrected by what the host says and by the workbench."""

import time


class Clock:
    """Unix seconds."""

    def __init__(self):
        self._offset_s = 0

    def now(self):
        return int(time.time()) + self._offset_s

    def learn(self, host_seconds):
        """Take over the host's authenticated time."""
        self._offset_s += host_seconds - self.now()

    def control(self, message):
        """Take {"clock_offset_s": n} (from the system's time) or {"clock_set_s": n} from the workbench."""
        if "clock_offset_s" in message:
            self._offset_s = message["clock_offset_s"]
        if "clock_set_s" in message:
            self._offset_s += message["clock_set_s"] - self.now()
