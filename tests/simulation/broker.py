# SPDX-License-Identifier: MIT
"""An MQTT 3.1.1 broker as brokers are: at least once at best, and forgetful when it dies (FAULTS F14, F17).

Terminals speak to it in packets, with clean sessions; the host is handed whole messages, with a kept session.
"""

from typing import NamedTuple

from pos.net import packet
from simulation.wire import Connection

CONNECT, SUBSCRIBE, PINGREQ, DISCONNECT = 1, 8, 12, 14
_CONNACK, _PINGRESP = b"\x20\x02\x00\x00", b"\xd0\x00"
_KEPT = 64  # messages that a hostile broker remembers for later


class Posted(NamedTuple):
    """A message on its way to the host."""

    topic: str
    payload: bytes


class Broker:
    """`receive` takes bytes of terminals; `host` is the one subscriber of what they publish."""

    def __init__(self, world) -> None:
        self._world = world
        self.up = True
        self.queue: list[Posted] = []  # for the host, while it is away or busy
        self.denied = 0  # so many publishes are acknowledged and thrown away (an ACL, a full queue)
        self.doubled = 0  # so many messages are delivered twice
        self.shuffled = False
        self.history: list[Posted] = []
        self.heard: list[Posted] = []  # all that terminals published
        self.told: list[tuple[str, bytes]] = []  # to terminals: topic, payload
        self._subscribers: dict[str, Connection] = {}
        self._clients: dict[str, Connection] = {}

    # --- terminals ---

    def receive(self, connection: Connection, data: bytes) -> None:
        """Bytes of a terminal, in any slices."""
        if not self.up:
            return
        buffer = connection.buffer
        buffer += data
        while connection.open and (whole := _first_packet(buffer)):
            head, body, size = whole
            del buffer[:size]
            self._packet(connection, head, body)

    def _packet(self, connection: Connection, head: int, body: bytes) -> None:
        kind = head >> 4
        if kind == CONNECT:
            self._connect(connection, body)
        elif kind == packet.PUBLISH:
            self._published(connection, head, body)
        elif kind == SUBSCRIBE:
            topic = body[4:-1].decode()
            self._subscribers[topic] = connection
            connection.down.write(bytes((0x90, 3)) + body[:2] + b"\x01")
        elif kind == PINGREQ:
            connection.down.write(_PINGRESP)
        elif kind == DISCONNECT:
            connection.sever()

    def _connect(self, connection: Connection, body: bytes) -> None:
        """A second connection under one name ends the first (MQTT-3.1.4-2)."""
        size = int.from_bytes(body[10:12], "big")
        connection.client = body[12 : 12 + size].decode()
        before = self._clients.get(connection.client)
        if before is not None and before is not connection:
            before.reset()
        self._clients[connection.client] = connection
        connection.down.write(_CONNACK)

    def _published(self, connection: Connection, head: int, body: bytes) -> None:
        topic, payload, number = packet.delivery(head, body)
        self._world.checks.on_wire(connection.terminal, payload)
        self.heard.append(Posted(topic, payload))
        if self.denied:
            self.denied -= 1
            self._world.note("broker", f"acknowledges a message of {connection.terminal} and drops it")
        else:
            self._keep(Posted(topic, payload))
        if number is not None:
            connection.down.write(packet.puback(number))

    # --- the host ---

    def _keep(self, posted: Posted) -> None:
        self.history.append(posted)
        del self.history[:-_KEPT]
        self.queue.append(posted)
        if self.doubled:
            self.doubled -= 1
            self.queue.append(posted)
        self._world.host.serve()

    def take(self) -> Posted | None:
        """The next message for the host; in order, unless the cluster has lost it."""
        if not self.up or not self.queue:
            return None
        at = self._world.random.randrange(len(self.queue)) if self.shuffled else 0
        return self.queue.pop(at)

    def give_back(self, messages: list[Posted]) -> None:
        """What the host did not acknowledge is delivered again, before all else."""
        self.queue[:0] = messages

    def tell(self, topic: str, payload: bytes) -> None:
        """The host publishes to a terminal; a clean session that is away never hears of it."""
        self.told.append((topic, payload))
        del self.told[:-_KEPT]
        self.pass_on(topic, payload)

    def pass_on(self, topic: str, payload: bytes) -> None:
        connection = self._subscribers.get(topic)
        if not self.up or connection is None or not connection.open:
            return
        connection.last_id = connection.last_id % 65535 + 1
        copies = 1
        if self.doubled:
            self.doubled -= 1
            copies = 2
        for _ in range(copies):
            connection.down.write(bytes(packet.publish(topic, payload, 1, False, connection.last_id)))

    # --- faults ---

    def crash(self, keep_queue: bool, quiet: bool) -> None:
        """kill -9. `quiet`: the machine is gone too, so no reset reaches anybody."""
        self.up = False
        for connection in self._clients.values():
            connection.sever() if quiet else connection.reset()
        self._subscribers.clear()
        self._clients.clear()
        if not keep_queue:
            self.queue.clear()
        self._world.host.disconnected()

    def restart(self) -> None:
        self.up = True

    def forget(self, client: str) -> None:
        """What `client` has subscribed to is lost; its connection stays, and everything that it says is taken."""
        self._subscribers = {topic: one for topic, one in self._subscribers.items() if one.client != client}

    def replay(self, random) -> None:
        """An old message comes again, to the host and to a terminal (F17)."""
        if self.history:
            self.queue.append(random.choice(self.history))
            self._world.host.serve()
        if self.told:
            self.pass_on(*random.choice(self.told))


def _first_packet(buffer: bytearray) -> tuple[int, bytes, int] | None:
    """(first byte, body, size) of the packet that `buffer` begins with, None while it is not whole."""
    size = shift = 0
    for at in range(1, min(5, len(buffer))):
        size |= (buffer[at] & 0x7F) << shift
        shift += 7
        if not buffer[at] & 0x80:
            end = at + 1 + size
            return (buffer[0], bytes(buffer[at + 1 : end]), end) if len(buffer) >= end else None
    return None
