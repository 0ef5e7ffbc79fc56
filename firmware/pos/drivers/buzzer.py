# SPDX-License-Identifier: MIT
"""Passive buzzer: short tone patterns. The bus is `pwm.tone(hz)`, 0 = silent."""

import asyncio

from pos.compat import sleep_ms

PATTERNS = {
    "key": ((2700, 20),),
    "ok": ((2000, 80), (0, 40), (2700, 120)),
    "error": ((400, 180), (0, 80), (400, 180)),
}  # (Hz, ms) steps


class Buzzer:
    """`beep` returns at once; `run` plays. A new beep replaces one that is still waiting."""

    def __init__(self, pwm):
        self._pwm = pwm
        self._next = None
        self._wake = asyncio.Event()

    def beep(self, kind):
        self._next = PATTERNS[kind]
        self._wake.set()

    async def run(self):
        while True:
            await self._wake.wait()
            self._wake.clear()
            pattern, self._next = self._next, None
            await self._play(pattern or ())

    async def _play(self, pattern):
        for hz, ms in pattern:
            self._pwm.tone(hz)
            await sleep_ms(ms)
        self._pwm.tone(0)
