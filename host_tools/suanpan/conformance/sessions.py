# SPDX-License-Identifier: MIT
"""Checks of what a broker keeps about a client that is away, and of what it does when one comes twice or dies."""

import time

from pos.net import packet
from suanpan.conformance.peer import WAIT_S, Closed

_KEPT = 20
_SOON_S = 1.0  # for what should not come
_BATCH = 100  # published before their PUBACKs are awaited


def _absent(trial):
    """A client with a session and a subscription that has left; a sender."""
    receiver = trial.peer("receiver", clean=False)
    receiver.subscribe(trial.topic("a"))
    receiver.leave()
    return trial.peer("sender")


def _publish(sender, topic, count):
    """Publish `count` messages; how many were acknowledged."""
    acknowledged = 0
    try:
        for start in range(0, count, _BATCH):
            numbers = range(start, min(start + _BATCH, count))
            for number in numbers:
                sender.publish(topic, b"%d" % number)
            for _ in numbers:
                sender.expect(packet.PUBACK)
                acknowledged += 1
    except Closed:
        pass
    return acknowledged


def _forget(trial):
    """Have the broker drop the session."""
    trial.peer("receiver").leave()


def kept(trial):
    """What came for a host that was away waits for it, in order."""
    _publish(_absent(trial), trial.topic("a"), _KEPT)
    receiver = trial.peer("receiver", clean=False)
    got = receiver.take(_KEPT)
    _forget(trial)
    in_order = got == [b"%d" % number for number in range(_KEPT)]
    return (
        receiver.present and in_order,
        f"{len(got)} of {_KEPT} waited, {'in' if in_order else 'out of'} order",
    )


def queue(trial):
    """How many messages wait for one absent client; the rest was acknowledged and is gone."""
    acknowledged = _publish(_absent(trial), trial.topic("a"), trial.queue_length)
    got = len(trial.peer("receiver", clean=False).take(acknowledged))
    _forget(trial)
    return None, f"{got} kept of {acknowledged} acknowledged"


def redelivery(trial):
    """A message without its PUBACK comes again; Suanpan's terminals would send it again anyway."""
    receiver = trial.peer("receiver", clean=False)
    receiver.acknowledges = False
    receiver.subscribe(trial.topic("a"))
    trial.peer("sender").deliver(trial.topic("a"), b"again")
    first = receiver.take(1)
    receiver.drop()
    reborn = trial.peer("receiver", clean=False)
    second = reborn.take(1)
    _forget(trial)
    again = "comes again at once" if second else f"does not come again within {WAIT_S:.0f} s"
    return None, f"{again} after a reconnect" if first else "never came"


def takeover(trial):
    """The second client of one id lives, the first is put out: MQTT-3.1.4-2."""
    first, second = trial.peer("twin"), trial.peer("twin")
    ended = first.closed_within(WAIT_S)
    second.send(packet.PINGREQ)
    second.expect(packet.PINGRESP)
    return ended is not None, "the first is put out" if ended is not None else "both stay connected"


def will(trial):
    """Published when a client dies, not when it takes leave."""
    watcher = trial.peer("watcher")
    watcher.subscribe(trial.topic("will"))
    testament = (trial.topic("will"), b"gone", 1, False)
    trial.peer("leaves", will=testament).leave()
    quiet = not watcher.take(1, _SOON_S)
    started = time.monotonic()
    trial.peer("dies", will=testament).drop()
    told = watcher.take(1) == [b"gone"]
    after = time.monotonic() - started
    death = f"in {after:.1f} s" if told else "never"
    return quiet and told, f"after a death {death}, after a leave {'not' if quiet else 'too'}"
