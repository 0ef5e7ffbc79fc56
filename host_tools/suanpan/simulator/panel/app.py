# SPDX-License-Identifier: MIT
"""The front panel: one page that shows a simulated terminal as the device it is (docs/panel.md).

`create_app(session)` gives the ASGI application; simulator.serve runs it on a loopback port.
"""

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from pos.config import KEYS
from suanpan.simulator.panel.actions import Actions
from suanpan.simulator.panel.desk import Desk
from suanpan.simulator.panel.feed import Feed
from suanpan.simulator.panel.guard import Guard, refusal
from suanpan.simulator.panel.paper import Paper
from suanpan.simulator.panel.purse import purse
from suanpan.simulator.panel.screen import ScreenPicture
from suanpan.simulator.panel.words import LANGUAGES, choose, words

HERE = Path(__file__).parent
PING_S = 15
NO_STORE = {"Cache-Control": "no-store"}


class PanelApp:
    """Routes over one session."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.feed = Feed(self.snapshot)
        self.desk = Desk(session)
        self.screen = ScreenPicture(session.bench.display, self.feed)
        self.paper = Paper(session.bench.printer, self.feed)
        self.actions = Actions(session, self.desk, self.feed.publish)
        self._pages = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape())
        self.routes = [
            Route("/", self._page),
            Route("/events", self._events),
            Route("/state.json", self._state),
            Route("/screen.png", self._screen),
            Route("/slips/{number:int}.{form}", self._slip),
            Route("/transactions.json", self._transactions),
            Route("/actions/{name}", self.actions.serve, methods=["POST"]),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ]

    def snapshot(self) -> dict[str, Any]:
        return {
            **self.desk.snapshot(),
            "screen": self.screen.state(),
            "text": self.screen.text,
            "slips": self.paper.state(),
        }

    def from_session(self, event: dict[str, Any]) -> None:
        kind = event["kind"]
        if kind == "screen":
            self.screen.touch(event["data"]["text"])
        if kind == "gone":
            self.screen.touch("")
        if kind in ("print", "slip"):
            self.paper.touch()
        for change in self.desk.take(event):
            self.feed.publish(*change)

    @contextlib.asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        unsubscribe = self.session.subscribe(self.from_session)
        try:
            yield
        finally:
            unsubscribe()
            self.feed.close()

    async def _page(self, request: Request) -> Response:
        language = choose(request.query_params.get("lang"), request.headers.get("accept-language", ""))
        page = self._pages.get_template("panel.html").render(
            t=words(language),
            words=json.dumps(words(language), ensure_ascii=False).replace("<", "\\u003c"),
            lang=LANGUAGES[language],
            other="en" if language == "zh" else "zh",
            session=self._about(),
            offset_min=self._offset_min(),
            **purse(language),
        )
        return HTMLResponse(page, headers=NO_STORE)

    def _offset_min(self) -> int:
        """Minutes that the terminal's clock is ahead of UTC."""
        return int(self.session.profile.config.get("utc_offset_min", KEYS["utc_offset_min"][1]))

    def _about(self) -> dict[str, str]:
        return {
            "terminal": self.session.profile.terminal,
            "runtime": self.session.runtime,
            "heap": self.session.heap or "",
        }

    async def _events(self, _request: Request) -> Response:
        return EventSourceResponse(self.feed.listen(), ping=PING_S, headers=NO_STORE)

    async def _state(self, _request: Request) -> Response:
        state = {**self.snapshot(), **self._about()}
        state["screen"] = {"v": state["screen"]["v"], "text": state.pop("text")}
        return JSONResponse(state, headers=NO_STORE)

    async def _screen(self, _request: Request) -> Response:
        return Response(self.screen.png(), media_type="image/png", headers=NO_STORE)

    async def _slip(self, request: Request) -> Response:
        number, form = request.path_params["number"], request.path_params["form"]
        try:
            slip = self.paper.slip(number)
        except KeyError:
            return refusal(404, f"slip {number} was never printed", "print one, or ask for a smaller number")
        if form == "png":
            return Response(slip.png_bytes, media_type="image/png", headers=NO_STORE)
        if form == "txt":
            return PlainTextResponse(slip.text, headers=NO_STORE)
        return refusal(404, f"a slip has no form {form[:10]!r}", "ask for .png or .txt")

    async def _transactions(self, _request: Request) -> Response:
        rows = json.loads(json.dumps(self.session.host_transactions(), default=str))
        return JSONResponse({"schema": "suanpan.transactions.1", "transactions": rows}, headers=NO_STORE)


async def _refused(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    known = {404: "no such page", 405: "this page does not take that method"}
    return refusal(
        status, known.get(status, "the panel failed"), "open / for the panel; docs/panel.md lists the rest"
    )


def create_app(session: Any) -> Starlette:
    """The panel over a started session."""
    panel = PanelApp(session)
    app = Starlette(
        routes=panel.routes,
        middleware=[Middleware(Guard)],
        exception_handlers={HTTPException: _refused, 500: _refused},
        lifespan=panel.lifespan,
    )
    app.state.panel = panel
    return app
