# SPDX-License-Identifier: MIT
"""The broker and the faulty network that a simulated terminal sees.

Without a broker URL an embedded broker is started; the terminal reaches either only through the proxy.
"""

from pathlib import Path
from typing import Any

from suanpan.errors import USAGE, Failure
from suanpan.host import broker_url
from suanpan.places import ROOT
from suanpan.simulator.network import FaultyProxy
from suanpan.simulator.waiting import finished


class Surroundings:
    """Broker (own or given by URL) and the proxy in front of it; `tls_ca` is what the terminal would trust."""

    def __init__(self, broker: str | None, seed: int, capture: Path, tls_ca: str = "") -> None:
        self.given, self._seed, self._capture = broker, seed, capture
        if broker and broker_url.parse(broker).tls:
            _check_trust(tls_ca)
        self.broker_url = broker or ""
        self.proxy: FaultyProxy
        self._broker: Any = None  # imported when it is needed

    async def start(self) -> int:
        """Port of the proxy on the loopback address."""
        if not self.given:
            from suanpan.host.broker import EmbeddedBroker

            self._broker = EmbeddedBroker(port=0)
            await finished(self._broker.start())  # amqtt cannot be shut down half started
            self.broker_url = self._broker.url
        broker = broker_url.parse(self.broker_url)
        self.proxy = FaultyProxy(broker.host, broker.port, self._seed, capture=self._capture)
        return await self.proxy.start()

    def terminal_config(self, proxy_port: int) -> dict[str, Any]:
        """The keys of config.json that lead the terminal to the broker through the proxy."""
        broker = broker_url.parse(self.broker_url)
        return {
            "broker_host": "127.0.0.1",
            "broker_port": proxy_port,
            "broker_user": broker.user,
            "broker_password": broker.password,
            "tls": broker.tls,
            "tls_name": broker.host if broker.tls else "",  # not the proxy's
        }

    async def stop(self) -> None:
        if hasattr(self, "proxy"):
            await self.proxy.stop()
        if self._broker:
            await self._broker.stop()
            self._broker = None


def _check_trust(tls_ca: str) -> None:
    """A terminal that cannot prove the broker would only wait for it."""
    if not tls_ca:
        step = (
            "name the CA's PEM file as tls_ca: in the scenario's `config:`, or in the profile's config.json"
        )
        raise Failure("the terminal has no CA to prove an mqtts:// broker with", step, USAGE)
    if not (ROOT / tls_ca).is_file():  # the device runs there
        raise Failure(f"the terminal's tls_ca {tls_ca} is no file", "correct it in the configuration", USAGE)
