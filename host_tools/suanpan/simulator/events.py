# SPDX-License-Identifier: MIT
"""What happened in a simulated run, in order: `{"t_ms", "kind", "data"}` (docs/simulator.md, Events).

One log serves the scenario runner, the browser panel and `events.jsonl`.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

Event = dict[str, Any]
QUEUED_EVENTS = 1000  # a reader that falls further behind loses the oldest events


class EventLog:
    """Ordered events with time since the start; call it only from the loop's own thread."""

    def __init__(self, path: Path | None = None) -> None:
        self.all: list[Event] = []
        self._started = time.monotonic()
        self._listeners: list[Callable[[Event], None]] = []
        self._file = path.open("w", encoding="utf-8") if path else None

    def now_ms(self) -> int:
        return int((time.monotonic() - self._started) * 1000)

    def emit(self, kind: str, data: Any) -> Event:
        event = {"t_ms": self.now_ms(), "kind": kind, "data": data}
        self.all.append(event)
        if self._file:
            print(json.dumps(event, ensure_ascii=False, default=str), file=self._file, flush=True)
        for listener in list(self._listeners):
            listener(event)
        return event

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener(event)` for each event from now on; returns the call that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    async def stream(self) -> AsyncIterator[Event]:
        """Events from now on, without end."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        unsubscribe = self.subscribe(lambda event: _offer(queue, event))
        try:
            while True:
                yield await queue.get()
        finally:
            unsubscribe()

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None


def _offer(queue: asyncio.Queue[Event], event: Event) -> None:
    if queue.qsize() >= QUEUED_EVENTS:
        queue.get_nowait()
    queue.put_nowait(event)
