# SPDX-License-Identifier: MIT
"""A pretended terminal on a real broker: paho in place of the device's own MQTT client."""

from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from pretend import Pretend, until

from pos.codec import messages


class Wired(Pretend):
    """`publish(…)` sends a batch; `heard` holds what the host said, authenticated."""

    def __init__(self, url, name="SIM00001", partition="0"):
        super().__init__(name, partition=partition)
        self.heard, self._subscribed = [], False
        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=name)
        self._client.on_message = lambda _c, _u, message: self.heard.append(self.opened(message.payload))
        self._client.on_connect = lambda client, *_: client.subscribe(self.down, qos=1)
        self._client.on_subscribe = lambda *_: setattr(self, "_subscribed", True)
        parts = urlsplit(url)
        self._client.connect(parts.hostname, parts.port)
        self._client.loop_start()
        until(lambda: self._subscribed, f"{name} is subscribed")

    def publish(self, *bodies, urgent=False):
        self._client.publish(self.up, self.message(*bodies, urgent=urgent), qos=1)

    def publish_raw(self, payload):
        self._client.publish(self.up, payload, qos=1)

    def answer(self, seq):
        """The host's answer on request `seq`, when it has come."""
        until(lambda: self.answers(seq), f"answer on {seq}")
        return self.answers(seq)[0]

    def answers(self, seq):
        return [said for said in list(self.heard) if said["type"] == messages.ANSWER and said["seq"] == seq]

    def retired(self):
        """Highest seq that a receipt covers without a gap."""
        return max((s["cumulative"] for s in list(self.heard) if s["type"] == messages.RECEIPT), default=0)

    def close(self):
        self._client.disconnect()
        self._client.loop_stop()
