# SPDX-License-Identifier: MIT
"""The broker and the faulty network that a simulated terminal sees.

Without a broker URL an embedded broker is started; the terminal reaches either only through the proxy.
"""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from suanpan.simulator.network import FaultyProxy

DEFAULT_PORTS = {"mqtt": 1883, "mqtts": 8883}


class BrokerError(Exception):
    """A broker URL that cannot be used; the message says how one looks."""


def broker_address(url: str) -> tuple[str, int]:
    """Host and port of a broker URL."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or port == 0:
        raise BrokerError(f"{url!r} is no broker; give mqtt://[user:password@]host[:port] or mqtts://…")
    return parts.hostname, port or DEFAULT_PORTS[parts.scheme]


class Surroundings:
    """Broker (own or given by URL) and the proxy in front of it."""

    def __init__(self, broker: str | None, seed: int, capture: Path) -> None:
        self._given, self._seed, self._capture = broker, seed, capture
        if broker:
            broker_address(broker)
        self.broker_url = broker or ""
        self.proxy: FaultyProxy
        self._broker: Any = None  # imported when it is needed

    async def start(self) -> int:
        """Port of the proxy on the loopback address."""
        if not self._given:
            from suanpan.host.broker import EmbeddedBroker

            self._broker = EmbeddedBroker(port=0)
            await self._broker.start()
            self.broker_url = self._broker.url
        self.proxy = FaultyProxy(*broker_address(self.broker_url), self._seed, capture=self._capture)
        return await self.proxy.start()

    def terminal_config(self, proxy_port: int) -> dict[str, Any]:
        """The keys of config.json that lead the terminal to the broker through the proxy."""
        url = urlsplit(self.broker_url)
        return {
            "broker_host": "127.0.0.1",
            "broker_port": proxy_port,
            "broker_user": unquote(url.username or ""),
            "broker_password": unquote(url.password or ""),
            "tls": url.scheme == "mqtts",
            "tls_name": url.hostname or "" if url.scheme == "mqtts" else "",  # not the proxy's
        }

    async def stop(self) -> None:
        if hasattr(self, "proxy"):
            await self.proxy.stop()
        if self._broker:
            await self._broker.stop()
            self._broker = None
