# SPDX-License-Identifier: MIT
"""The host's MQTT 3.1.1 connection (paho): QoS 1, persistent session, acknowledged by hand after the commit.

Reconnects for ever with back-off. What could not be published is not kept: the terminal asks again.
"""

import re
import ssl
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

import paho.mqtt.client as mqtt

from suanpan.errors import USAGE, Failure
from suanpan.host import broker_url
from suanpan.host.capped import CappedClient
from suanpan.host.tls import Tls

_BACK_OFF_S = (1, 30)
_KEEPALIVE_S = 30
_IN_FLIGHT = 200


@dataclass(frozen=True)
class Delivery:
    """A message to acknowledge once it is committed; a number counts only on the connection that gave it."""

    topic: str
    payload: bytes
    mid: int
    connection: int


def partition_of(text: str | None) -> str:
    """Topic level of `i/n`, 0 ≤ i < n; every partition when there is none. Failure when it is neither."""
    if text is None:
        return "+"
    found = re.fullmatch("([0-9]{1,9})/([0-9]{1,9})", text)
    if not found or int(found[1]) >= int(found[2]):
        raise Failure(f"partition {text} is not i/n", "give for example 0/2 to the first of two hosts", USAGE)
    return str(int(found[1]))


class Uplink:
    """`start()`, `stop()`; calls `received(delivery)`, `say(text)` and `warn(text)` from its own thread."""

    def __init__(
        self,
        url: str,
        partition: str | None,
        received: Callable[[Delivery], None],
        say: Callable[[str], None],
        warn: Callable[[str], None],
        tls: Tls | None = None,
    ) -> None:
        self._level = partition_of(partition)
        self._received, self._say, self._warn = received, say, warn
        self._broker = broker_url.parse(url)
        self._connection = 0
        self._silent = False  # one line per outage, not one per attempt
        self.ready = threading.Event()  # subscribed
        self._client = self._make_client(tls)

    def start(self) -> None:
        """Connect in the background; a broker that is down is reported and tried again."""
        self._client.connect_async(self._broker.host, self._broker.port, _KEEPALIVE_S)
        self._client.loop_start()

    def stop(self) -> None:
        """Leave; the session stays at the broker."""
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, topic: str, payload: bytes) -> None:
        """Send at QoS 1 when connected."""
        if self._client.is_connected():
            self._client.publish(topic, payload, qos=1)

    def acknowledge(self, delivery: Delivery) -> None:
        """Tell the broker that `delivery` is committed."""
        if delivery.connection == self._connection:
            self._client.ack(delivery.mid, 1)

    def _make_client(self, tls: Tls | None) -> mqtt.Client:
        name = f"suanpan-host-{'all' if self._level == '+' else self._level}"
        client = CappedClient(
            mqtt.CallbackAPIVersion.VERSION2, client_id=name, clean_session=False, manual_ack=True
        )
        if self._broker.user:
            client.username_pw_set(self._broker.user, self._broker.password)
        if self._broker.tls:
            client.tls_set_context((tls or Tls()).context())
        client.reconnect_delay_set(*_BACK_OFF_S)
        client.max_inflight_messages_set(_IN_FLIGHT)
        client.on_connect, client.on_connect_fail = self._on_connect, self._on_connect_fail
        client.on_disconnect, client.on_subscribe = self._on_disconnect, self._on_subscribe
        client.on_message = self._on_message
        return client

    def _on_connect(self, client, _userdata, _flags, reason, _properties) -> None:
        if reason.is_failure:
            self._complain(
                f"the broker {self._where} refuses the host: {reason}; check user, password and certificate"
            )
            return
        self._connection += 1
        client.subscribe(f"suanpan/1/{self._level}/+/up", qos=1)

    def _on_subscribe(self, _client, _userdata, _mid, reasons, _properties) -> None:
        if any(reason.is_failure for reason in reasons):
            self._complain(f"the broker {self._where} refuses the subscription; check its access rules")
            return
        self._silent = False
        self.ready.set()
        self._say(f"connected to the broker {self._where}")

    def _on_connect_fail(self, *_) -> None:
        error = sys.exception()  # paho calls while it handles what went wrong
        if isinstance(error, ssl.SSLCertVerificationError):
            why = error.verify_message
            self._complain(
                f"the broker {self._where} is not trusted: {why}; name its CA's PEM file with --ca"
            )
            return
        papers = ", or certificates do not fit (--ca, --cert, --key)" if self._broker.tls else ""
        self._complain(f"the broker {self._where} does not answer{papers}; start it or give another --broker")

    def _on_disconnect(self, _client, _userdata, _flags, reason, _properties) -> None:
        self.ready.clear()
        if reason.is_failure:
            likely = "when that repeats, look for another host of this partition"
            self._complain(f"the broker {self._where} is gone ({reason}); {likely}")

    def _on_message(self, _client, _userdata, message) -> None:
        self._received(Delivery(_topic(message), message.payload, message.mid, self._connection))

    def _complain(self, text: str) -> None:
        if not self._silent:
            self._silent = True
            self._warn(f"{text}; trying again until it works, nothing is lost")

    @property
    def _where(self) -> str:
        return f"{self._broker.host}:{self._broker.port}"


def _topic(message: mqtt.MQTTMessage) -> str:
    """A topic that is no UTF-8 is nobody's: nats-server lets it through, and an error here would end paho's thread."""
    try:
        return message.topic
    except UnicodeDecodeError:
        return ""
