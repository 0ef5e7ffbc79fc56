# SPDX-License-Identifier: MIT
"""The panel of a session on a free loopback port, inside the test's own loop, and a plain way to ask it."""

import asyncio
import contextlib
import http.client
import json
import socket
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import uvicorn

from suanpan.simulator.panel.app import create_app

DEADLINE_S = 10


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


@contextlib.asynccontextmanager
async def panel(session: Any) -> AsyncIterator[int]:
    """Port that the panel of `session` answers on."""
    app = create_app(session)
    listener = socket.create_server(("127.0.0.1", 0))
    server = _Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    async with asyncio.timeout(DEADLINE_S):
        while not server.started:
            await asyncio.sleep(0.01)
    try:
        yield listener.getsockname()[1]
    finally:
        app.state.panel.feed.close()
        server.should_exit = True
        await running


async def ask(port: int, path: str, method: str = "GET", body: Any = None, **headers: str) -> Answer:
    """One request; a body that is not bytes goes as JSON. Header names are given with underscores."""
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if method == "POST":
        sent = {"content-type": "application/json", **sent}

    def go() -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE_S)
        connection.request(method, path, body=data, headers=sent)
        response = connection.getresponse()
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        connection.close()
        return answer

    return await asyncio.to_thread(go)


async def act(port: int, name: str, body: Any, **headers: str) -> Answer:
    return await ask(port, f"/actions/{name}", "POST", body, **headers)


@contextlib.asynccontextmanager
async def events(port: int) -> AsyncIterator[Any]:
    """`await next_event(kind)` gives the data of the next event of that kind."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())

    async def next_event(kind: str) -> Any:
        async with asyncio.timeout(DEADLINE_S):
            while True:
                if (await reader.readline()).strip() == f"event: {kind}".encode():
                    return json.loads((await reader.readline()).partition(b":")[2])

    try:
        yield next_event
    finally:
        writer.close()
