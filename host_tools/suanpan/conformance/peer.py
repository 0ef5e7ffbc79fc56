# SPDX-License-Identifier: MIT
"""One MQTT 3.1.1 client for checks: blocking, one packet at a time, and able to say what no client should."""

import socket
import time

from pos.net import packet
from suanpan.errors import CONNECTION, Failure
from suanpan.host.broker_url import BrokerUrl
from suanpan.host.tls import Tls

WAIT_S = 5.0
_MOST = 16 << 20  # bytes of one packet
_CHUNK = 65536


class Closed(Exception):
    """The broker ended the connection."""


class Silent(Exception):
    """Nothing came in time."""


class Broker:
    """Where the peers of one run connect."""

    def __init__(self, where: BrokerUrl, ca: str | None) -> None:
        self.where = where
        self.tls = Tls(ca).context() if where.tls else None

    def open(self) -> socket.socket:
        """A connection without MQTT; Failure when there is none to be had."""
        where = self.where
        try:
            raw = socket.create_connection((where.host, where.port), WAIT_S)
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return self.tls.wrap_socket(raw, server_hostname=where.host) if self.tls else raw
        except OSError as error:
            step = "start the broker, or give --ca for one with TLS"
            raise Failure(f"{where.host}:{where.port}: {error}", step, CONNECTION) from None

    def hello(self, name: str, clean: bool = True, keepalive_s: int = 60, will=None) -> bytes:
        """The CONNECT of client `name`."""
        user = self.where.user or None
        password = self.where.password or None
        return bytes(packet.connect(name, keepalive_s, clean, user, password, will))


class Peer:
    """A connected client; `messages` holds (topic, payload, dup) of what came and was not yet taken."""

    def __init__(self, broker: Broker, hello: bytes = b"") -> None:
        self._socket = broker.open()
        self._parser = packet.Parser(_MOST)
        self._packets: list[tuple[int, bytes]] = []
        self._number = 0
        self.acknowledges = True
        self.messages: list[tuple[str, bytes, bool]] = []
        if hello:
            self.send(hello)
            self.present, self.refusal = packet.connack(self.expect(packet.CONNACK))

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *error) -> None:
        self.drop()

    def drop(self) -> None:
        """End without leave."""
        self._socket.close()

    def leave(self) -> None:
        """Take leave and wait until the broker has hung up: what it sends before that would go to nobody."""
        self.acknowledges = False
        self.send(packet.DISCONNECT)
        self.closed_within(WAIT_S)
        self.drop()

    def send(self, data: bytes) -> None:
        try:
            self._socket.settimeout(WAIT_S)
            self._socket.sendall(data)
        except OSError:
            raise Closed from None

    def publish(self, topic: str, payload: bytes, qos: int = 1, retain: bool = False) -> int:
        """Send without waiting; the packet's number."""
        self._number = self._number % 65535 + 1
        self.send(packet.publish(topic, payload, qos, retain, self._number))
        return self._number

    def deliver(self, topic: str, payload: bytes, retain: bool = False) -> None:
        """Publish and wait for the PUBACK."""
        number = self.publish(topic, payload, 1, retain)
        while packet.packet_id(self.expect(packet.PUBACK)) != number:
            pass

    def subscribe(self, topic_filter: str, qos: int = 1) -> int:
        """Granted QoS, or 0x80."""
        self._number = self._number % 65535 + 1
        self.send(packet.subscribe(self._number, topic_filter, qos))
        return packet.suback(self.expect(packet.SUBACK))[1]

    def expect(self, kind: int, wait_s: float | None = None) -> bytes:
        """Body of the next packet of `kind`; messages that come meanwhile are kept. Exits: Closed, Silent."""
        deadline = time.monotonic() + (WAIT_S if wait_s is None else wait_s)
        while True:
            for index, (head, body) in enumerate(self._packets):
                if head >> 4 == kind:
                    del self._packets[index]
                    return body
            self._receive(deadline)

    def take(self, count: int, wait_s: float | None = None) -> list[bytes]:
        """Payloads of the next `count` messages, fewer when none comes for `wait_s`."""
        try:
            while len(self.messages) < count:
                self._receive(time.monotonic() + (WAIT_S if wait_s is None else wait_s))
        except (Silent, Closed):
            pass
        taken, self.messages = self.messages[:count], self.messages[count:]
        return [payload for _, payload, _ in taken]

    def closed_within(self, wait_s: float) -> float | None:
        """Seconds until the broker ended the connection; None when it did not."""
        started = time.monotonic()
        try:
            while True:
                self._receive(started + wait_s)
        except Closed:
            return time.monotonic() - started
        except Silent:
            return None

    def _receive(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise Silent
        self._socket.settimeout(left)
        try:
            data = self._socket.recv(_CHUNK)
        except TimeoutError:
            raise Silent from None
        except OSError:
            raise Closed from None
        if not data:
            raise Closed
        for head, body in self._parser.feed(memoryview(data)):
            self._packet(head, bytes(body))

    def _packet(self, head: int, body: bytes) -> None:
        if head >> 4 != packet.PUBLISH:
            self._packets.append((head, body))
            return
        topic, payload, number = packet.delivery(head, body)
        self.messages.append((topic, payload, bool(head & packet.DUP)))
        if number and self.acknowledges:
            self.send(packet.puback(number))
