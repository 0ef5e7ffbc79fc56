# SPDX-License-Identifier: MIT
"""The terminal's picture on its way to the browser: one PNG per visible change, its text once it is still.

The picture is pushed inside the event itself, so that a key press costs no second request.
"""

import asyncio
import base64
import io
from typing import Any

from suanpan.simulator.panel.feed import Feed

GATHER_S = 0.002  # changes told together share a picture; the workbench has gathered the strips already
STILL_S = 0.12  # text goes to screen readers once nothing was drawn for this long


class ScreenPicture:
    """Newest picture of `display`, with a version that rises by one per picture."""

    def __init__(self, display: Any, feed: Feed) -> None:
        self._display, self._feed = display, feed
        self.version = 0
        self.text = str(display.text())
        self._png: bytes | None = None
        self._gather: asyncio.TimerHandle | None = None
        self._still: asyncio.TimerHandle | None = None

    def touch(self, text: str) -> None:
        """The display changed and now says `text`."""
        self.text = text
        loop = asyncio.get_running_loop()
        if self._gather is None:
            self._gather = loop.call_later(GATHER_S, self._show)
        if self._still is not None:
            self._still.cancel()
        self._still = loop.call_later(STILL_S, self._say)

    def png(self) -> bytes:
        if self._png is None:
            self._png = encode(self._display.image())
        return self._png

    def state(self) -> dict[str, Any]:
        return {"v": self.version, "png": base64.b64encode(self.png()).decode()}

    def _show(self) -> None:
        self._gather = None
        self._png = None
        self.version += 1
        if self._feed.watched:
            self._feed.publish("screen", self.state())

    def _say(self) -> None:
        self._still = None
        self._feed.publish("text", {"text": self.text})


def encode(image: Any) -> bytes:
    """PNG at the fastest level: the picture is small and goes over loopback."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
