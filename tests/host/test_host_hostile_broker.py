# SPDX-License-Identifier: MIT
"""A broker that announces more than any message may have: the host keeps a bounded part of it and goes on."""

import socket
import threading

import pytest
from pretend import until

from pos.net import packet
from suanpan.host.capped import MOST
from suanpan.host.envelope import MALFORMED, MAX_PAYLOAD, Rejected, read
from suanpan.host.uplink import Uplink

TOPIC = "suanpan/1/0/SIM00001/up"
LARGE = 64 << 20


class Announcing:
    """Lets one client in and sends it a message of LARGE bytes and one of four; `told` is what came back."""

    def __enter__(self):
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"mqtt://127.0.0.1:{self._server.getsockname()[1]}"
        self.told = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def _serve(self):
        client, _ = self._server.accept()
        with client:
            client.recv(1024)
            client.sendall(b"\x20\x02\x00\x00")
            subscribe = client.recv(1024)
            client.sendall(b"\x90\x03" + subscribe[2:4] + b"\x01")
            large = packet.publish(TOPIC, bytes(LARGE), 1, False, 1)
            client.sendall(large + packet.publish(TOPIC, b"last", 1, False, 2))
            for _ in range(2):
                self.told.append(client.recv(4))

    def __exit__(self, *error):
        self._server.close()
        self._thread.join(20)


@pytest.mark.fault("F18")
def test_of_a_packet_beyond_the_cap_only_a_part_is_kept():
    received, ignore = [], lambda _text: None
    with Announcing() as broker:
        uplink = Uplink(broker.url, None, received.append, ignore, ignore)
        uplink.start()
        until(lambda: len(received) == 2, "both messages", 60)
        for delivery in received:
            uplink.acknowledge(delivery)
        until(lambda: len(broker.told) == 2, "both acknowledgements")
        uplink.stop()
    large, last = received
    assert MAX_PAYLOAD < len(large.payload) <= MOST and (last.topic, last.payload) == (TOPIC, b"last")
    assert broker.told == [bytes(packet.puback(1)), bytes(packet.puback(2))]
    with pytest.raises(Rejected, match="longer than a message may be") as refused:
        read(large.topic, large.payload)
    assert refused.value.reason == MALFORMED
