# SPDX-License-Identifier: MIT
"""A broker's URL: `mqtt://[user:password@]host[:port]`, or `mqtts://…` for TLS."""

from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from suanpan.errors import USAGE, Failure

_PORTS = {"mqtt": 1883, "mqtts": 8883}


class BrokerUrl(NamedTuple):
    """Where a broker listens, and as whom one speaks to it."""

    host: str
    port: int
    tls: bool
    user: str
    password: str


def parse(url: str) -> BrokerUrl:
    """The parts of `url`; Failure when it names no broker."""
    try:
        return _parts(url)
    except ValueError:
        step = "give mqtt://[user:password@]host[:port] or mqtts://…"
        shown = url.rpartition("@")[2]  # without the password
        raise Failure(f"{shown!r} is no broker", step, USAGE) from None


def _parts(url: str) -> BrokerUrl:
    parts = urlsplit(url)  # ValueError, as `port` below, for brackets and numbers that make no address
    port = _PORTS.get(parts.scheme) if parts.port is None else parts.port
    if parts.scheme not in _PORTS or not parts.hostname or not port:
        raise ValueError(url)
    parts.hostname.encode("idna")  # ValueError for what no resolver takes
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return BrokerUrl(parts.hostname, port, parts.scheme == "mqtts", user, password)
