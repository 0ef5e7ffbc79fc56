# SPDX-License-Identifier: MIT
"""MQTT 3.1.1 packets (OASIS standard, sections 2 and 3): encoders and an incremental parser, without I/O.

A length is compared with the cap before anything is allocated; anything malformed is an MqttProtocolError.
"""

from pos.compat import const
from pos.net.errors import MqttProtocolError, MqttRefused

CONNACK = const(2)
PUBLISH = const(3)
PUBACK = const(4)
SUBACK = const(9)
UNSUBACK = const(11)
PINGRESP = const(13)

PINGREQ = b"\xc0\x00"
DISCONNECT = b"\xe0\x00"
DUP = const(0x08)

# by return code of the CONNACK (section 3.2.2.3)
_REFUSALS = (
    "",
    "protocol version",
    "client identifier",
    "server unavailable",
    "user or password",
    "not authorised",
)

# body length (smallest, largest) of each packet that a broker may send; PUBLISH's flags are checked apart
_BODY = {CONNACK: (2, 2), PUBACK: (2, 2), SUBACK: (3, 1 << 28), UNSUBACK: (2, 2), PINGRESP: (0, 0)}


def _length(value):
    out = bytearray()
    while True:
        byte = value & 0x7F
        value >>= 7
        out.append(byte | 0x80 if value else byte)
        if not value:
            return out


def _field(data):
    """Length-prefixed field (section 1.5.3); text is encoded as UTF-8."""
    if isinstance(data, str):
        data = data.encode()
    if len(data) > 65535:
        raise ValueError("field longer than 65535 bytes")
    return len(data).to_bytes(2, "big") + data


def _packet(head, *parts):
    out = bytearray((head,))
    out += _length(sum(len(part) for part in parts))
    for part in parts:
        out += part
    return out


def connect(client_id, keepalive_s=60, clean=True, username=None, password=None, will=None):
    """CONNECT (section 3.1). `will` is (topic, payload, qos, retain)."""
    flags = 0x02 if clean else 0
    parts = [_field(client_id)]
    if will:
        topic, payload, qos, retain = will
        flags |= 0x04 | qos << 3 | (0x20 if retain else 0)
        parts += [_field(topic), _field(payload)]
    if username is not None:
        flags |= 0x80
        parts.append(_field(username))
    if password is not None:
        flags |= 0x40
        parts.append(_field(password))
    head = b"\x00\x04MQTT\x04" + bytes((flags,)) + keepalive_s.to_bytes(2, "big")
    return _packet(0x10, head, *parts)


def publish(topic, payload, qos=0, retain=False, packet_id=0):
    """PUBLISH (section 3.3); a bytearray, so that a resend can set DUP in its first byte."""
    head = 0x30 | qos << 1 | (1 if retain else 0)
    if not qos:
        return _packet(head, _field(topic), payload)
    return _packet(head, _field(topic), packet_id.to_bytes(2, "big"), payload)


def puback(packet_id):
    return bytes((0x40, 2)) + packet_id.to_bytes(2, "big")


def subscribe(packet_id, topic_filter, qos):
    return _packet(0x82, packet_id.to_bytes(2, "big"), _field(topic_filter), bytes((qos,)))


def unsubscribe(packet_id, topic_filter):
    return _packet(0xA2, packet_id.to_bytes(2, "big"), _field(topic_filter))


class Parser:
    """Bytes in any slices in, whole packets out: `for head, body in parser.feed(data)`."""

    def __init__(self, max_packet=16384):
        self._max_packet = max_packet
        self._head = 0  # no packet type is 0
        self._body = None
        self._shift = self._size = self._filled = 0

    def feed(self, data):
        """Yield (first byte, body) for every packet that `data` completes. MqttProtocolError ends the stream."""
        at, end = 0, len(data)
        while at < end:
            if self._body is None:
                self._header(data[at])
                at += 1
            else:
                step = min(end - at, self._size - self._filled)
                self._body[self._filled : self._filled + step] = data[at : at + step]
                self._filled += step
                at += step
            if self._body is not None and self._filled == self._size:
                packet = self._head, self._body
                self._head, self._body = 0, None
                yield packet

    def _header(self, byte):
        if not self._head:
            _check_head(byte)
            self._head = byte
            self._shift = self._size = self._filled = 0
            return
        self._size |= (byte & 0x7F) << self._shift
        self._shift += 7
        if byte & 0x80:
            if self._shift == 28:
                raise MqttProtocolError("remaining length has more than four bytes")
            return
        self._check_size()
        self._body = bytearray(self._size)

    def _check_size(self):
        low, high = _BODY.get(self._head >> 4, (3, 1 << 28))
        if not low <= self._size <= high:
            raise MqttProtocolError("packet type %d with %d bytes" % (self._head >> 4, self._size))
        if self._size > self._max_packet:
            raise MqttProtocolError("packet of %d bytes, the cap is %d" % (self._size, self._max_packet))


def _check_head(head):
    if head >> 4 == PUBLISH:
        qos = head >> 1 & 3
        if qos > 1:
            raise MqttProtocolError("PUBLISH with QoS %d, which was never asked for" % qos)
        if head & DUP and not qos:
            raise MqttProtocolError("PUBLISH with QoS 0 and DUP")
    elif head >> 4 not in _BODY or head & 0x0F:
        raise MqttProtocolError("packet 0x%02x is not one that a broker may send" % head)


def connack(body):
    """(session present, None or the MqttRefused) of a CONNACK body (section 3.2)."""
    present, code = body
    if present > 1 or code > 5 or (present and code):
        raise MqttProtocolError("CONNACK %d %d" % (present, code))
    return bool(present), MqttRefused("connection refused: " + _REFUSALS[code], code) if code else None


def packet_id(body):
    """Packet identifier at the start of a PUBACK, SUBACK or UNSUBACK body."""
    number = body[0] << 8 | body[1]
    if not number:
        raise MqttProtocolError("packet identifier 0")
    return number


def suback(body):
    """(packet identifier, granted QoS or 0x80) of a SUBACK for one filter (section 3.9)."""
    if len(body) != 3 or body[2] not in (0, 1, 0x80):
        raise MqttProtocolError("SUBACK does not answer one filter with QoS 0, 1 or failure")
    return packet_id(body), body[2]


def _topic(raw):
    try:
        topic = str(raw, "utf-8")
    except ValueError:  # UnicodeError is one
        raise MqttProtocolError("topic is not UTF-8") from None
    if not topic or "+" in topic or "#" in topic or "\x00" in topic:
        raise MqttProtocolError("PUBLISH to an empty topic or a wildcard")
    return topic


def delivery(head, body):
    """(topic, payload, packet identifier or None) of an incoming PUBLISH (section 3.3)."""
    end = 2 + (body[0] << 8 | body[1])
    start = end + 2 if head & 0x06 else end
    if start > len(body):
        raise MqttProtocolError("PUBLISH is shorter than its topic")
    number = packet_id(body[end:]) if head & 0x06 else None
    return _topic(body[2:end]), bytes(memoryview(body)[start:]), number
