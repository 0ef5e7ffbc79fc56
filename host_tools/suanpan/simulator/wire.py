# SPDX-License-Identifier: MIT
"""What a terminal published, read out of `mqtt.bin`: MQTT 3.1.1 packets, then batches (docs/records.md)."""

from collections.abc import Iterator
from pathlib import Path

from pos.codec import cose, messages
from pos.net import packet
from pos.net.errors import MqttProtocolError
from suanpan.simulator import capture

UNREADABLE = (ValueError, cose.MacError, MqttProtocolError)  # what `published` raises
CONNECT = 0x10  # first byte of every connection; behind another one is TLS, which is not read


def streams(path: Path) -> dict[tuple[int, int], bytes]:
    """All bytes by (connection, direction): joined, because a number may lie across two slices."""
    ways = {(f.connection, f.direction) for f in capture.frames(path) if f.direction != capture.EVENT}
    return {way: capture.stream(path, *way) for way in sorted(ways)}


def published(stream: bytes, mac_key: bytes) -> Iterator[bytes]:
    """Encoded records in the batches of one connection's way up; what was cut off at its end is left out."""
    if stream[:1] != bytes((CONNECT,)):
        return
    for head, body in _packets(stream):
        if head >> 4 == packet.PUBLISH:
            _topic, payload, _number = packet.delivery(head, body)
            batch = messages.parse_batch(cose.open_mac0(mac_key, payload, messages.AAD_UP))
            yield from batch["records"]


def _packets(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """(first byte, body) of each whole packet; a client's packets, which `packet.Parser` does not take."""
    at = 0
    while at < len(stream):
        size, start = _length(stream, at + 1)
        if start + size > len(stream):
            return
        yield stream[at], stream[start : start + size]
        at = start + size


def _length(stream: bytes, at: int) -> tuple[int, int]:
    """Remaining length (section 2.2.3) and where the body begins."""
    size = shift = 0
    for start in range(at, len(stream)):
        size |= (stream[start] & 0x7F) << shift
        shift += 7
        if not stream[start] & 0x80:
            return size, start + 1
    return size, len(stream) + 1
