# SPDX-License-Identifier: MIT
"""MQTT 3.1.1 client (OASIS standard) for asyncio on MicroPython and CPython; usable alone against any broker.

QoS 0 and 1. Publishing is windowed: up to `window` messages wait for their PUBACK at once. See docs/mqtt.md.
"""

import asyncio

from pos import compat
from pos.net import packet
from pos.net.connection import Connection
from pos.net.delivery import Delivery, settle, unused
from pos.net.errors import LinkError, MqttClosed, MqttError, MqttProtocolError, MqttRefused
from pos.net.link import TcpLink
from pos.net.topics import check_filter, check_qos, check_topic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ACK_KEEPALIVES_MS = 1500  # an acknowledgement must come within 1.5 keep-alives


class Client:
    """One broker. `on_message(topic, payload)` is called for each message, before its PUBACK is sent.

    `tls` is a context from `pos.net.tls.client_context`; `will` is (topic, payload, qos, retain).
    """

    def __init__(
        self,
        host,
        port=1883,
        client_id="",
        username=None,
        password=None,
        keepalive_s=60,
        clean=True,
        tls=None,
        server_hostname=None,
        window=16,
        max_packet=16384,
        on_message=None,
        will=None,
        link=None,
    ):
        if not 1 <= window <= 64:
            raise ValueError("window must be 1 to 64, not %d" % window)
        if will:
            check_topic(will[0])
            check_qos(will[2])
        self.host, self.port, self.window = host, port, window
        self._hello = packet.connect(client_id, keepalive_s, clean, username, password, will)
        self._keepalive_ms = keepalive_s * 1000
        self._ack_ms = (keepalive_s or 60) * _ACK_KEEPALIVES_MS
        self._tls, self._server_hostname = tls, server_hostname
        self._max_packet = max_packet
        self._on_message = on_message
        self._link = link or TcpLink()
        self._connection: "Any" = None
        self._greeting: "Any" = None  # Delivery of the CONNACK, then None
        self._inflight = []  # Delivery per unacknowledged PUBLISH, oldest first
        self._requests = []  # Delivery per unanswered SUBSCRIBE and UNSUBSCRIBE
        self._number = 0
        self._room = asyncio.Event()
        self._closed = asyncio.Event()
        self._reason = None

    @property
    def connected(self):
        return self._connection is not None and self._connection.open and self._greeting is None

    @property
    def unacknowledged(self):
        """Messages of QoS 1 that wait for their PUBACK."""
        return len(self._inflight)

    async def connect(self, timeout_ms=10000):
        """Connect and resend what is unacknowledged; True when the broker kept a session.

        Exits: connected, LinkError, MqttRefused, MqttProtocolError, MqttClosed.
        """
        if self._connection and self._connection.open:
            raise MqttError("already connected")
        streams = await self._link.open(self.host, self.port, self._tls, self._server_hostname, timeout_ms)
        self._closed.clear()
        self._greeting = Delivery(0)
        self._connection = Connection(
            streams, self._on_packet, self._lost, self._max_packet, self._keepalive_ms
        )
        self._connection.send(self._hello)
        self._connection.start()
        try:
            present = await compat.wait_for_ms(self._greeting.wait(), timeout_ms)
        except asyncio.TimeoutError:
            raise LinkError("timeout", "no CONNACK in %d ms" % timeout_ms) from None
        finally:
            refused = not self._greeting.done or self._greeting.error
            self._greeting = None
            if refused:
                self._connection.close()
        if self.connected:  # else the broker said more than CONNACK at once, and wrongly: see wait_closed
            self._resend()
        return present

    async def publish_soon(self, topic, payload, qos=1, retain=False, keep=True, first=False):
        """Queue a message as soon as the window has room and return its Delivery, None with QoS 0.

        `keep`: resend with DUP after the next connect. `first`: before other queued packets.
        """
        check_topic(topic)
        check_qos(qos)
        if len(payload) + len(topic) > self._max_packet - 16:
            raise ValueError("message of %d bytes, the cap is %d" % (len(payload), self._max_packet))
        await self._window()
        if not qos:
            self._connection.send(packet.publish(topic, payload, 0, retain), first)
            return None
        number = self._number = unused(self._inflight + self._requests, self._number)
        data = packet.publish(topic, payload, 1, retain, number)
        delivery = Delivery(number, data if keep else None)
        self._inflight.append(delivery)
        self._connection.send(data, first)
        return delivery

    async def publish(self, topic, payload, qos=1, retain=False):
        """Publish; with QoS 1 return when acknowledged. MqttClosed: unknown, resent by the next connect."""
        delivery = await self.publish_soon(topic, payload, qos, retain)
        if delivery:
            await self._in_time(delivery.wait())

    async def flush(self):
        """Wait until everything queued is with the operating system, or the connection has ended."""
        await self._connection.flush()

    async def subscribe(self, topic_filter, qos=1):
        """Granted QoS. MqttRefused when the broker does not grant it."""
        check_filter(topic_filter)
        check_qos(qos)
        granted = await self._request(packet.SUBACK, packet.subscribe, topic_filter, qos)
        if granted == 0x80:
            raise MqttRefused("subscription to %s refused" % topic_filter, granted)
        return granted

    async def unsubscribe(self, topic_filter):
        check_filter(topic_filter)
        await self._request(packet.UNSUBACK, packet.unsubscribe, topic_filter)

    async def disconnect(self, timeout_ms=1000):
        """Take leave of the broker, so that it does not publish the will; then close."""
        if self.connected:
            self._connection.send(packet.DISCONNECT)
            try:
                await compat.wait_for_ms(self._connection.flush(), timeout_ms)
            except asyncio.TimeoutError:
                pass  # the link is stuck: closing without leave is all that remains
        self.abort()

    def abort(self, reason=None):
        """Close at once and without leave; `reason` is what `wait_closed` returns."""
        if self._connection:
            self._connection.close(reason)

    async def wait_closed(self):
        """Wait for the end of the connection; why it ended, None after `disconnect`."""
        if self._connection:
            await self._closed.wait()
        return self._reason

    async def __aenter__(self):
        await self.connect()
        return self

    async def __aexit__(self, kind, value, trace):
        await self.disconnect()

    async def _window(self):
        """Wait for room. Exits: room, connection lost, no acknowledgement in time."""
        while self.connected and len(self._inflight) >= self.window:
            self._room.clear()
            await self._in_time(self._room.wait())
        if self.connected and self._connection.unsent >= self.window:
            await self._in_time(self._connection.flush())
        self._need_connection()

    def _need_connection(self):
        if not self.connected:
            raise MqttClosed("not connected" + (": %s" % self._reason if self._reason else ""))

    async def _in_time(self, waiting):
        """Await what an acknowledgement ends; a broker that pings but does not acknowledge is given up."""
        try:
            return await compat.wait_for_ms(waiting, self._ack_ms)
        except asyncio.TimeoutError:
            reason = MqttClosed("no acknowledgement in %d ms" % self._ack_ms)
            self._connection.close(reason)
            raise reason from None

    async def _request(self, kind, encode, *fields):
        self._need_connection()
        number = self._number = unused(self._inflight + self._requests, self._number)
        delivery = Delivery(number, kind)
        self._requests.append(delivery)
        self._connection.send(encode(number, *fields))
        return await self._in_time(delivery.wait())

    def _resend(self):
        self._inflight = [delivery for delivery in self._inflight if delivery.data]
        for delivery in self._inflight:
            delivery.renew()
            self._connection.send(delivery.data)

    def _lost(self, reason):
        self._reason = reason
        error = reason
        if not isinstance(reason, (LinkError, MqttError)):
            error = MqttClosed(str(reason or "disconnected"))
        waiting = self._inflight + self._requests
        if self._greeting and not self._greeting.done:
            waiting.append(self._greeting)
        for delivery in waiting:
            delivery.settle(error=error)
        self._requests = []
        self._room.set()
        self._closed.set()

    def _on_packet(self, head, body):
        kind = head >> 4
        if (kind == packet.CONNACK) != (self._greeting is not None and not self._greeting.done):
            raise MqttProtocolError("packet type %d before or after the CONNACK" % kind)
        if kind == packet.PUBACK:
            settle(self._inflight, packet.packet_id(body))
            self._room.set()
        elif kind == packet.PUBLISH:
            self._deliver(head, body)
        elif kind == packet.SUBACK:
            number, granted = packet.suback(body)
            settle(self._requests, number, kind, granted)
        elif kind == packet.UNSUBACK:
            settle(self._requests, packet.packet_id(body), kind)
        elif kind == packet.CONNACK:
            self._greeting.settle(*packet.connack(body))

    def _deliver(self, head, body):
        topic, payload, number = packet.delivery(head, body)
        if self._on_message:
            self._on_message(topic, payload)
        if number is not None:
            self._connection.send(packet.puback(number))
