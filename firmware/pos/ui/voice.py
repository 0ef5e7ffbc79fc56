# SPDX-License-Identifier: MIT
"""Voice lines: what is said aloud, through whatever speaks (drivers/syn6288.py). Texts come from strings.py."""


class Voice:
    """Says a line when switched on; never waits and never fails a sale."""

    def __init__(self, speaker, on=True):
        self._speaker = speaker
        self.on = on

    def say(self, text):
        if self.on:
            self._speaker.say(text)
