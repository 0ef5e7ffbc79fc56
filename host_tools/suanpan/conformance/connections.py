# SPDX-License-Identifier: MIT
"""Checks of one connection: greeting, ping, keep-alive, and an end for whoever breaks the standard."""

import time

from pos.net import packet
from suanpan.conformance.peer import Closed, Silent

KEEPALIVE_S = 2
_GRACE_S = 8.0  # beyond 1.5 keep-alives (MQTT-3.1.2-24): some brokers look round every five seconds
_END_S = 1.0


def connect(trial):
    """CONNACK code 0 without a session; a session that was cleaned is not there the next time."""
    first = trial.peer("a")
    first.leave()
    return not first.present and not trial.peer("a").present, "CONNACK 0, no session"


def ping(trial):
    peer = trial.peer("a")
    started = time.monotonic()
    peer.send(packet.PINGREQ)
    peer.expect(packet.PINGRESP)
    return True, f"{(time.monotonic() - started) * 1000:.0f} ms"


def keep_alive(trial):
    """Who says nothing for 1.5 keep-alives is put out, so that its will is published."""
    after = trial.peer("a", keepalive_s=KEEPALIVE_S).closed_within(1.5 * KEEPALIVE_S + _GRACE_S)
    if after is None:
        return False, f"silent at keep-alive {KEEPALIVE_S} s and not put out"
    return after > KEEPALIVE_S, f"put out after {after:.1f} s at keep-alive {KEEPALIVE_S} s"


def _wrong(trial):
    """(what, bytes of one who is not connected)."""
    level = bytearray(trial.broker.hello(trial.name("level")))
    level[level.index(b"MQTT") + 4] = 99
    yield "no CONNECT first", bytes(packet.publish(trial.topic("x"), b"x"))
    yield "protocol level 99", bytes(level)
    yield "text", b"GET / HTTP/1.1\r\n\r\n"


def _wrong_later(trial):
    """(what, bytes of one who is)."""
    yield "CONNECT twice", trial.broker.hello(trial.name("twice"))
    yield "QoS 3", b"\x36\x05\x00\x01ax\x00"
    yield "wildcard in PUBLISH", b"\x30\x04\x00\x01#x"
    yield "endless length", b"\x30\xff\xff\xff\xff\xff"


def clean_errors(trial):
    """Each breach ends its connection, or is refused in words, and the broker goes on."""
    kept = []
    for what, data in _wrong(trial):
        if not _ends(trial.stranger(), data):
            kept.append(what)
    for number, (what, data) in enumerate(_wrong_later(trial)):
        if not _ends(trial.peer(f"wrong-{number}"), data):
            kept.append(what)
    trial.peer("after").send(packet.PINGREQ)
    return not kept, "tolerated: " + ", ".join(kept) if kept else "7 breaches, 7 ends"


def _ends(peer, data):
    """Was the sender of `data` put out, or refused by a CONNACK?"""
    try:
        peer.send(data)
        return peer.closed_within(_END_S) is not None or packet.connack(peer.expect(packet.CONNACK, 0.1))[1]
    except Closed:
        return True
    except Silent:
        return False
