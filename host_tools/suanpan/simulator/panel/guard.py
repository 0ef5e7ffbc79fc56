# SPDX-License-Identifier: MIT
"""Keeps the panel to this machine: loopback peers, own Host and Origin only, small bodies (FAULTS S10).

A page elsewhere could make a browser send requests here (CSRF) or rebind its own name to 127.0.0.1;
the Host check stops the second, the Origin and content type checks stop the first.
"""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 8 * 1024  # bytes; the longest real action is a pair of tracks
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def refusal(status: int, error: str, remedy: str) -> JSONResponse:
    """One shape for every error: what happened, and the next step."""
    return JSONResponse({"error": error, "next": remedy}, status_code=status)


class Guard:
    """ASGI middleware in front of every route."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = check(scope)
        if refused is not None:
            await refused(scope, receive, _with_headers(send))
            return
        await self._app(scope, receive, _with_headers(send))


def check(scope: Scope) -> JSONResponse | None:
    """The refusal that a request earns, or None when it may pass."""
    headers = Headers(scope=scope)
    host = headers.get("host", "")
    if not _local_peer(scope) or _name(f"//{host}") not in LOCAL_NAMES:
        return refusal(
            403, "the panel serves this machine only", "open http://127.0.0.1 with the port shown at start"
        )
    origin = headers.get("origin")
    if origin is not None and origin != f"http://{host}":
        return refusal(
            403, f"requests from {origin[:80]} are refused", f"open the panel itself at http://{host}"
        )
    if scope["method"] == "POST":
        return _check_post(headers)
    return None


def _check_post(headers: Headers) -> JSONResponse | None:
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return refusal(403, "requests from other pages are refused", "use the panel's own page")
    if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return refusal(415, "the body is not JSON", "send content-type: application/json")
    length = headers.get("content-length", "")
    if not length.isdigit():
        return refusal(411, "the request has no content-length", "send the length of the body")
    if int(length) > MAX_BODY:
        return refusal(413, f"the body has more than {MAX_BODY} bytes", "send less")
    return None


def _local_peer(scope: Scope) -> bool:
    try:
        return ipaddress.ip_address((scope.get("client") or ("",))[0]).is_loopback
    except ValueError:
        return False


def _name(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _with_headers(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            extra = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
            message = {**message, "headers": [*message.get("headers", []), *extra]}
        await send(message)

    return wrapped
