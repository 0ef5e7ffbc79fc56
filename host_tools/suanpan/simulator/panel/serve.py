# SPDX-License-Identifier: MIT
"""Runs the panel on a loopback port inside the simulator's own loop."""

import asyncio
import contextlib
import socket
from typing import Any

import uvicorn

from suanpan.simulator.panel.app import create_app

ADDRESS = "127.0.0.1"
GRACE_S = 2


class PortTaken(Exception):
    """The port cannot be used; the message names the next step."""


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: Ctrl-C belongs to whoever owns the loop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


class Panel:
    """`await start()` returns the port that the panel answers on."""

    def __init__(self, session: Any, port: int = 0) -> None:
        self.app = create_app(session)
        self._asked = port
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> int:
        listener = _listen(self._asked)
        config = uvicorn.Config(
            self.app, log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE_S, lifespan="on"
        )
        self._server = _Server(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]))
        while not self._server.started:
            if self._task.done():
                self._task.result()
                raise RuntimeError("the panel's server ended while it started")
            await asyncio.sleep(0.01)
        return int(listener.getsockname()[1])

    async def stop(self) -> None:
        if self._server is None or self._task is None:
            return
        self.app.state.panel.feed.close()  # before uvicorn waits for open responses
        self._server.should_exit = True
        await self._task
        self._server = self._task = None


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((ADDRESS, port))
    except OSError as error:
        listener.close()
        raise PortTaken(f"port {port} cannot be used ({error.strerror}); choose another: make run PORT={port + 1}") from None
    return listener
