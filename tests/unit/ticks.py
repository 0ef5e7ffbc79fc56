# SPDX-License-Identifier: MIT
"""A tick counter that stands still unless it is moved, and a session that only counts: an outbox without network."""

from pos import compat

TURN = compat.ticks_add(0, -1) + 1  # 2**30, but for the 64-bit MicroPython


class Ticks:
    """Stands in for the tick source of compat; who sleeps moves it on. `module` has taken names from compat."""

    def __init__(self, start_ms, module=compat):
        self.now_ms, self._module = start_ms, module

    def __enter__(self):
        module = self._module
        self._before = module.ticks_ms, module.sleep_ms
        module.ticks_ms, module.sleep_ms = self.ticks_ms, self.sleep_ms
        return self

    def __exit__(self, *error):
        self._module.ticks_ms, self._module.sleep_ms = self._before

    def ticks_ms(self):
        return self.now_ms % TURN

    async def sleep_ms(self, ms):
        self.now_ms += ms


class Session:
    online = True

    def __init__(self):
        self.sent = self.renewed = 0

    def renew(self, why):
        self.renewed += 1

    async def send(self, topic, payload, first=False):
        self.sent += 1
