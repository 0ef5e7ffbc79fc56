# SPDX-License-Identifier: MIT
"""Server-sent events to every open browser (WHATWG HTML, section 9.2).

A browser first gets a whole snapshot, then changes. One that falls too far behind is let go: it
reconnects by itself and starts from a new snapshot, so a slow page never costs memory or order.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

QUEUED = 400  # changes kept for one slow browser

Message = dict[str, str]


class Feed:
    """Publishes changes to any number of listeners; call it from the loop's own thread."""

    def __init__(self, snapshot: Callable[[], Any]) -> None:
        self._snapshot = snapshot
        self._queues: set[asyncio.Queue[Message | None]] = set()

    @property
    def watched(self) -> bool:
        return bool(self._queues)

    def publish(self, kind: str, data: Any) -> None:
        message = _message(kind, data)
        for queue in list(self._queues):
            if queue.qsize() >= QUEUED:
                self._end(queue)
            else:
                queue.put_nowait(message)

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        for queue in list(self._queues):
            self._end(queue)

    async def listen(self) -> AsyncIterator[Message]:
        queue: asyncio.Queue[Message | None] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield _message("snapshot", self._snapshot())
            while (message := await queue.get()) is not None:
                yield message
        finally:
            self._queues.discard(queue)

    def _end(self, queue: "asyncio.Queue[Message | None]") -> None:
        self._queues.discard(queue)
        queue.put_nowait(None)


def _message(kind: str, data: Any) -> Message:
    return {"event": kind, "data": json.dumps(data, ensure_ascii=False, default=str, separators=(",", ":"))}
