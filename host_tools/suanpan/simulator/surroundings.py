# SPDX-License-Identifier: MIT
"""The broker and the faulty network that a simulated terminal sees.

Without a broker URL an embedded broker is started; the terminal reaches either only through the proxy.
"""

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from suanpan.simulator.network import FaultyProxy

DEFAULT_PORTS = {"mqtt": 1883, "mqtts": 8883}


class Surroundings:
    """Broker (own or given by URL) and the proxy in front of it."""

    def __init__(self, broker: str | None, seed: int, capture: Path) -> None:
        self._given, self._seed, self._capture = broker, seed, capture
        self.broker_url = broker or ""
        self.proxy: FaultyProxy
        self._broker = None

    async def start(self) -> int:
        """Port of the proxy on the loopback address."""
        if not self._given:
            from suanpan.host.broker import EmbeddedBroker

            self._broker = EmbeddedBroker(port=0)
            self.broker_url = f"mqtt://127.0.0.1:{await self._broker.start()}"
        url = urlsplit(self.broker_url)
        port = url.port or DEFAULT_PORTS[url.scheme]
        self.proxy = FaultyProxy(url.hostname, port, self._seed, capture=self._capture)
        return await self.proxy.start()

    def terminal_url(self, proxy_port: int) -> str:
        """The broker's URL as the terminal must be given it: same scheme and user, the proxy's address."""
        url = urlsplit(self.broker_url)
        user = url.netloc.rpartition("@")[0]
        return urlunsplit((url.scheme, f"{user}@" * bool(user) + f"127.0.0.1:{proxy_port}", "", "", ""))

    async def stop(self) -> None:
        if hasattr(self, "proxy"):
            await self.proxy.stop()
        if self._broker:
            await self._broker.stop()
            self._broker = None
