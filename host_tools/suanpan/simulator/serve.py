# SPDX-License-Identifier: MIT
"""`make run`: one simulated terminal with broker, host and front panel, until Ctrl-C or SIGTERM.

The port is taken before anything is started, so that a taken port costs nothing and leaves nothing.
"""

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import click
import uvicorn

from suanpan.errors import PORT, Failure
from suanpan.host.database import default_url
from suanpan.output import emit, say, warn
from suanpan.simulator.cards import prepare
from suanpan.simulator.events import Event
from suanpan.simulator.panel.app import create_app
from suanpan.simulator.profile import Profile, ProfileError, default_directory, fresh_epoch
from suanpan.simulator.session import Session

HOST = "127.0.0.1"  # the panel moves (sandbox) money: it is for this machine only
ROWS_PER_S = 600  # 75 mm/s, so that one sees the paper come
GRACE_S = 2  # for browsers that hold an event stream open


class Server(uvicorn.Server):
    """uvicorn that leaves the signals to us, because the terminal must be ended as well."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    port: int,
    runtime: str,
    heap: str | None,
    profile: Path | None,
    seed: int,
    broker: str | None,
    as_json: bool = False,
) -> None:
    """Everything up, the address on stdout, everything down again; Failure says what is in the way."""
    with _listen(port) as listener:
        session = await _started(runtime, heap, profile, seed, broker)
        try:
            await _serve_panel(session, listener, as_json)
        finally:
            await session.stop()


async def _started(
    runtime: str, heap: str | None, profile: Path | None, seed: int, broker: str | None
) -> Session:
    # The terminal of `make run` and `suanpan host transactions` share one set of books.
    books = None if profile else default_url()
    try:
        prepare()
        opened = Profile.open(profile or default_directory(), epoch=fresh_epoch())
        session = Session(opened, runtime=runtime, heap=heap, seed=seed, broker=broker, host_db=books)
        session.subscribe(_tell)
        session.printer(rows_per_s=ROWS_PER_S)
        await session.start()
    except ProfileError as error:
        raise Failure(str(error)) from None
    return session


async def _serve_panel(session: Session, listener: socket.socket, as_json: bool) -> None:
    app = create_app(session)
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=GRACE_S)
    server = Server(config)

    def end() -> None:
        app.state.panel.feed.close()  # event streams have no end of their own
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end)
    address = f"http://{HOST}:{listener.getsockname()[1]}/"
    say(f"terminal {session.profile.terminal}, kept in {session.profile.directory}; Ctrl-C ends it")
    if as_json:
        emit({"address": address, "terminal": session.profile.terminal}, "suanpan.sim.serve/1")
    else:
        click.echo(address)
    await server.serve(sockets=[listener])


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError as error:
        listener.close()
        what = (
            "is taken by another program"
            if error.errno == errno.EADDRINUSE
            else f"cannot be used: {error.strerror}"
        )
        raise Failure(
            f"port {port} {what}", f"choose another one: make run PORT={port % 65535 + 1}", PORT
        ) from None
    return listener


def _tell(event: Event) -> None:
    if event["kind"] == "power" and event["data"].get("cause") == "ended":
        warn("the terminal's process ended by itself; its last lines:\n" + event["data"]["log"])
