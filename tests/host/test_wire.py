# SPDX-License-Identifier: MIT
"""Records are read out of what a terminal published, as it crossed."""

import pytest

from pos.net import packet
from suanpan.simulator import wire
from suanpan.simulator.capture import DOWN, UP, Capture


def test_published_records_are_found_and_a_cut_packet_is_left_out(terminal):
    first, second, third = terminal.alarm(), terminal.sale(), terminal.alarm()
    stream = b"".join(
        [
            packet.connect(terminal.name),
            packet.subscribe(1, terminal.down, 1),
            packet.publish(terminal.up, terminal.message(first, second), 1, False, 2),
            packet.publish(terminal.up, terminal.message(third), 1, False, 3),
        ]
    )
    assert list(wire.published(stream, terminal.mac_key)) == [first, second, third]
    assert list(wire.published(stream[:-1], terminal.mac_key)) == [first, second]


def test_what_is_enciphered_is_not_read(terminal):
    assert not list(wire.published(b"\x16\x03\x01" + bytes(80), terminal.mac_key))


def test_a_stream_is_joined_from_its_slices(tmp_path):
    capture = Capture(tmp_path / "mqtt.bin")
    for direction, part in ((UP, b"ab"), (DOWN, b"x"), (UP, b"c")):
        capture.write(direction, 1, part)
    capture.close()
    assert wire.streams(tmp_path / "mqtt.bin") == {(1, UP): b"abc", (1, DOWN): b"x"}


def test_a_capture_that_nothing_has_crossed_yet_is_one(tmp_path):
    capture = Capture(tmp_path / "mqtt.bin")
    assert wire.streams(tmp_path / "mqtt.bin") == {}
    capture.close()


def test_a_forged_batch_is_refused(terminal):
    message = terminal.message(terminal.alarm())
    forged = packet.publish(terminal.up, message[:-1] + bytes((message[-1] ^ 1,)), 1, False, 1)
    with pytest.raises(wire.UNREADABLE):
        list(wire.published(packet.connect(terminal.name) + forged, terminal.mac_key))
