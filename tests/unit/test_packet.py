# SPDX-License-Identifier: MIT
"""MQTT 3.1.1 packets: bytes of the standard's examples, slices of any size, malformed input, the length cap."""

from expect import raises
from pos.net import packet, topics
from pos.net.errors import MqttProtocolError
from pos.net.packet import Parser

GREETING = b"\x20\x02\x00\x00"
MESSAGE = b"\x32\x0a\x00\x03a/b\x00\x07abc"


def packets(data, cap=1024, step=None):
    parser, out = Parser(cap), []
    for at in range(0, len(data), step or len(data)):
        out += [(head, bytes(body)) for head, body in parser.feed(data[at : at + (step or len(data))])]
    return out


def refused(data):
    def run():
        for head, body in Parser(1024).feed(data):
            if head >> 4 == packet.CONNACK:
                packet.connack(body)
            elif head >> 4 == packet.PUBLISH:
                packet.delivery(head, body)
            elif head >> 4 == packet.SUBACK:
                packet.suback(body)
            elif head >> 4 in (packet.PUBACK, packet.UNSUBACK):
                packet.packet_id(body)

    raises(MqttProtocolError, run)


def test_connect_carries_the_fields_in_the_standards_order():
    will = ("gone", b"x", 1, True)
    data = packet.connect("id", 10, True, "user", b"pw", will)
    body = b"\x00\x04MQTT\x04\xee\x00\x0a\x00\x02id\x00\x04gone\x00\x01x\x00\x04user\x00\x02pw"
    assert bytes(data) == b"\x10" + bytes((len(body),)) + body


def test_publish_of_qos_1_has_its_packet_identifier():
    assert bytes(packet.publish("a/b", b"abc", 1, False, 7)) == MESSAGE
    assert bytes(packet.publish("a/b", b"abc", 0, True)) == b"\x31\x08\x00\x03a/babc"


def test_remaining_length_takes_one_to_four_bytes():
    assert bytes(packet.publish("a", bytes(124)))[:2] == b"\x30\x7f"
    assert bytes(packet.publish("a", bytes(125)))[:3] == b"\x30\x80\x01"
    assert bytes(packet.publish("a", bytes(16381)))[:4] == b"\x30\x80\x80\x01"


def test_subscribe_unsubscribe_puback():
    assert bytes(packet.subscribe(10, "a/#", 1)) == b"\x82\x08\x00\x0a\x00\x03a/#\x01"
    assert bytes(packet.unsubscribe(10, "a/#")) == b"\xa2\x07\x00\x0a\x00\x03a/#"
    assert packet.puback(258) == b"\x40\x02\x01\x02"


def test_f12_any_slicing_gives_the_same_packets():
    data = GREETING + MESSAGE + b"\x40\x02\x00\x07\xd0\x00" + bytes(packet.publish("t", bytes(200)))
    whole = packets(data)
    assert [head for head, _ in whole] == [0x20, 0x32, 0x40, 0xD0, 0x30]
    for step in (1, 2, 3, 5, 64):
        assert packets(data, step=step) == whole


def test_incoming_publish_is_taken_apart():
    ((head, body),) = packets(MESSAGE)
    assert packet.delivery(head, body) == ("a/b", b"abc", 7)
    assert packet.delivery(0x30, b"\x00\x01tx") == ("t", b"x", None)


def test_f18_a_length_over_the_cap_is_refused_before_its_bytes_arrive():
    raises(MqttProtocolError, list, Parser(1024).feed(b"\x30\x81\x08"))
    raises(MqttProtocolError, list, Parser(1024).feed(b"\x30\xff\xff\xff\x7f"))
    assert list(Parser(1024).feed(b"\x30\x80\x08")) == []


def test_f18_malformed_packets_are_refused():
    for data in (
        b"\x00\x00",  # reserved type
        b"\xf0\x00",
        b"\x10\x00",  # only a client sends CONNECT
        b"\x50\x02\x00\x01",  # QoS 2 was never asked for
        b"\x34\x06\x00\x01a\x00\x01x",
        b"\x36\x06\x00\x01a\x00\x01x",
        b"\x38\x04\x00\x01ax",  # DUP without QoS
        b"\x21\x02\x00\x00",  # reserved flags
        b"\x20\x03\x00\x00\x00",
        b"\x20\x02\x02\x00",
        b"\x20\x02\x01\x01",
        b"\x20\x02\x00\x06",
        b"\x40\x02\x00\x00",  # packet identifier 0
        b"\x40\x03\x00\x01\x00",
        b"\x90\x03\x00\x01\x02",  # granted more than asked
        b"\x90\x04\x00\x01\x00\x00",
        b"\x32\x05\x00\x01a\x00\x00",
        b"\x32\x04\x00\x02ab",  # no room for the identifier
        b"\x30\x03\x00\x09a",  # topic longer than the packet
        b"\x30\x03\x00\x00a",
        b"\x30\x03\x00\x01#",
        b"\x30\x03\x00\x01\x00",
        b"\x30\x03\x00\x01\xff",
        b"\xd0\x01\x00",
        b"\x30\xff\xff\xff\xff\x01",  # five length bytes
    ):
        refused(data)


def test_f18_a_truncated_packet_delivers_nothing():
    for end in range(len(MESSAGE)):
        assert packets(MESSAGE[:end] or b"\x32") == []


def test_topics_keep_to_letters_digits_and_separators():
    topics.check_topic("suanpan/1/0/SIM-0001/up")
    for topic in ("", "a b", "a/+", "a/#", "$share/x", "a.b", "数", "x" * 257, b"a", None):
        raises(ValueError, topics.check_topic, topic)


def test_filters_hold_wildcards_as_whole_levels():
    for good in ("#", "+", "a/+/b", "a/#", "+/+/#"):
        topics.check_filter(good)
    for bad in ("a+", "a/#/b", "#a", "a/b+/c", ""):
        raises(ValueError, topics.check_filter, bad)
