# SPDX-License-Identifier: MIT
"""An MQTT 3.1.1 broker inside this process (amqtt), on the loopback interface only.

For `make run` and tests. Anybody on this machine may connect; a shop runs mosquitto with certificates.
"""

import errno
import logging

from amqtt.broker import Broker
from amqtt.errors import BrokerError
from amqtt.plugins.base import BaseAuthPlugin
from amqtt.session import Session

from suanpan import errors

LOOPBACK = "127.0.0.1"


class OpenAuth(BaseAuthPlugin):
    """Lets everybody in, and keeps the queue of a persistent session while its client is away."""

    async def authenticate(self, *, session: Session) -> bool:
        session.is_anonymous = False  # amqtt keeps nothing for those it calls anonymous
        return True


class EmbeddedBroker:
    """`await start()` returns the port; `await stop()` ends it. Lives in the caller's event loop."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self._broker: Broker | None = None

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"mqtt://{LOOPBACK}:{self.port}"

    async def start(self) -> int:
        """Listen; the port taken is a Failure that names the way out."""
        _quieten()
        self._broker = Broker(
            {
                "listeners": {"default": {"type": "tcp", "bind": f"{LOOPBACK}:{self.port}"}},
                "plugins": {f"{__name__}.{OpenAuth.__name__}": {}},
            }
        )
        try:
            await self._broker.start()
        except BrokerError as error:
            self._broker = None
            raise self._failure(error) from error
        self.port = self._bound_port()
        return self.port

    async def stop(self) -> None:
        """Disconnect everybody and free the port."""
        if self._broker is not None:
            broker, self._broker = self._broker, None
            await broker.shutdown()

    def _bound_port(self) -> int:
        # amqtt does not tell which port it was given; its server objects are the only place that knows.
        assert self._broker is not None
        return self._broker._servers["default"].instance.sockets[0].getsockname()[1]

    def _failure(self, error: BrokerError) -> errors.Failure:
        cause = error.__cause__
        if isinstance(cause, OSError) and cause.errno == errno.EADDRINUSE:
            return errors.Failure(
                f"port {self.port} on {LOOPBACK} is already taken",
                "choose another port, or 0 to take a free one",
                errors.PORT,
            )
        return errors.Failure(f"the embedded broker does not start: {cause or error}", "", errors.PORT)


def _quieten() -> None:
    # amqtt reports each disconnect as a warning or error with a traceback; here clients come and go all the time.
    for name in ("amqtt", "transitions"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
