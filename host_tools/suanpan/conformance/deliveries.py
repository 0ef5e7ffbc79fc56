# SPDX-License-Identifier: MIT
"""Checks of messages: both qualities of service, the window and its order, filters, sizes, what is denied."""

from pos.net import packet
from pos.net.errors import MqttProtocolError
from suanpan.conformance.peer import Closed, Silent

WINDOW = 16
_SIZES = (64 << 10, 256 << 10, 1 << 20, 4 << 20)
_SOON_S = 1.0  # for what should not come


def _pair(trial, topic_filter, qos=1, who=""):
    """A sender, and a receiver that is subscribed."""
    receiver = trial.peer("receiver" + who)
    receiver.subscribe(topic_filter, qos)
    return trial.peer("sender" + who), receiver


def at_most_once(trial):
    sender, receiver = _pair(trial, trial.topic("a"), 0)
    sender.publish(trial.topic("a"), b"once", 0)
    return receiver.take(1) == [b"once"], "round trip"


def at_least_once(trial):
    sender, receiver = _pair(trial, trial.topic("a"))
    sender.deliver(trial.topic("a"), b"acknowledged")
    return receiver.take(1) == [b"acknowledged"], "PUBACK and round trip"


def window(trial):
    """As the terminal publishes: a window before the first PUBACK is awaited, and all in order."""
    sender, receiver = _pair(trial, trial.topic("a"))
    numbers = [sender.publish(trial.topic("a"), b"%d" % n) for n in range(WINDOW)]
    acknowledged = [packet.packet_id(sender.expect(packet.PUBACK)) for _ in numbers]
    got = receiver.take(WINDOW)
    in_order = got == [b"%d" % n for n in range(WINDOW)]
    order = "in order" if acknowledged == numbers else "in another order"
    said = (
        f"{WINDOW} unacknowledged at once; PUBACKs {order}; messages {'in' if in_order else 'out of'} order"
    )
    return in_order and sorted(acknowledged) == numbers, said


def sliced(trial):
    """A packet in single bytes, and then many packets in one segment."""
    sender, receiver = _pair(trial, trial.topic("a"))
    data = bytes(packet.publish(trial.topic("a"), b"slow", 0))
    for at in range(len(data)):
        sender.send(data[at : at + 1])
    sender.send(b"".join(bytes(packet.publish(trial.topic("a"), b"%d" % n, 0)) for n in range(10)))
    return receiver.take(11) == [b"slow", *[b"%d" % n for n in range(10)]], "single bytes, ten at once"


def wildcard(trial):
    """The host hears all terminals of a partition by `+` and nobody else."""
    sender, receiver = _pair(trial, trial.topic("0", "+", "up"))
    for levels in (("0", "T1", "up"), ("1", "T1", "up"), ("0", "T1", "down"), ("0", "T2", "up")):
        sender.deliver(trial.topic(*levels), "/".join(levels).encode())
    return receiver.take(3, _SOON_S) == [b"0/T1/up", b"0/T2/up"], "+ as one level"


def packet_of_16k(trial):
    return _carries(trial, 16 << 10), "16 KiB"


def _carries(trial, size):
    topic = trial.topic("large", str(size))
    try:
        sender, receiver = _pair(
            trial, topic, who=str(size)
        )  # some brokers hold back a client that comes often
        sender.deliver(topic, bytes(size))
        return receiver.take(1) == [bytes(size)]
    except (Closed, Silent):
        return False


def largest_packet(trial):
    carried = 0
    for size in _SIZES:
        if not _carries(trial, size):
            return None, f"{carried >> 10} KiB pass, {size >> 10} KiB do not"
        carried = size
    return None, f"{carried >> 10} KiB pass"


def shared(trial):
    """`$share` of MQTT 5 is no part of 3.1.1: some share, some refuse, some accept and deliver nothing."""
    try:
        members = [trial.peer(f"member-{number}") for number in (1, 2)]
        granted = [member.subscribe("$share/group/" + trial.topic("a")) for member in members]
    except Closed:
        return None, "refused by closing"
    if 0x80 in granted:
        return None, "refused"
    sender = trial.peer("sender")
    for number in range(10):
        sender.deliver(trial.topic("a"), b"%d" % number)
    got = sum(len(member.take(10, _SOON_S)) for member in members)
    return None, {10: "shared", 0: "accepted and ignored"}.get(got, f"accepted, {got} of 10 delivered")


def retained(trial):
    """Nothing relies on it."""
    sender = trial.peer("sender")
    try:
        sender.deliver(trial.topic("a"), b"kept", True)
        receiver = trial.peer("receiver")
        receiver.subscribe(trial.topic("a"))
        kept = receiver.take(1, _SOON_S) == [b"kept"]
        sender.deliver(trial.topic("a"), b"", True)
    except (Closed, Silent):
        return None, "refused; not needed"
    return None, "kept; not needed" if kept else "not kept; not needed"


def topic_no_text(trial):
    """A topic that is no UTF-8 should end the connection (MQTT-1.5.3-1); the host puts aside what is let through."""
    sender, receiver = _pair(trial, trial.topic("+"))
    try:
        sender.send(bytes(packet.publish(trial.topic("").encode() + b"\xff", b"x", 1, False, 1)))
        receiver.take(1, _SOON_S)
        ended = sender.closed_within(_SOON_S) is not None
    except Closed:
        ended = True
    except MqttProtocolError:
        return None, "let through"
    return None, "the sender is put out" if ended else "swallowed"


def denied(trial):
    """What an ACL denies may be acknowledged all the same: a PUBACK proves nothing."""
    if not trial.denied:
        return None, "not tried: name a topic with --denied"
    sender = trial.peer("sender")
    try:
        sender.deliver(trial.denied, b"denied")
    except (Closed, MqttProtocolError):
        return None, "the connection is closed"
    except Silent:
        return None, "no PUBACK"
    return None, "PUBACK although it is denied"
