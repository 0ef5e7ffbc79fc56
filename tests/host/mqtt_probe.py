# SPDX-License-Identifier: MIT
"""Runs on every runtime: mqtt_probe.py TASK OPTIONS-AS-JSON. Prints one JSON line per fact, for the test to read.

Tasks: exchange (publish n messages to itself), reconnect (stay connected through a broker's death),
silence (wait for the end of the connection), hostile (connect to whatever answers), flooded (a second of messages).
"""

import asyncio
import json
import sys

from pos import compat
from pos.net.backoff import Backoff
from pos.net.errors import LinkError, MqttError
from pos.net.mqtt import Client
from pos.net.session import Session

TOPIC = "probe/echo"


def say(**facts):
    print(json.dumps(facts))
    if hasattr(sys.stdout, "flush"):
        sys.stdout.flush()


def client(options, on_message=None):
    tls = None
    if options.get("ca"):
        from pos.net.tls import client_context

        tls = client_context(options["ca"], options.get("cert"), options.get("key"))
    return Client(
        options.get("host", "127.0.0.1"),
        options["port"],
        client_id="probe-" + sys.implementation.name,
        keepalive_s=options.get("keepalive_s", 10),
        tls=tls,
        server_hostname=options.get("name"),
        on_message=on_message,
        max_packet=4096,
    )


async def exchange(options):
    """n messages of QoS 1 through the window and back; then a subscription taken back."""
    got = []  # True for each message that is the next one

    def heard(topic, payload):
        got.append(payload == body(len(got)))

    c = client(options, heard)
    await c.connect(5000)
    await c.subscribe(TOPIC)
    for number in range(options["n"]):
        await c.publish_soon(TOPIC, body(number))
    while len(got) < options["n"]:
        await compat.sleep_ms(5)
    await c.unsubscribe(TOPIC)
    await c.publish(TOPIC, b"unheard")
    await c.disconnect()
    say(got=len(got), in_order=all(got))


def body(number):
    return b"%d" % number + b"." * (number % 300)


async def reconnect(options):
    """Tell each change of the session until the second time online."""
    ups = []
    done = asyncio.Event()

    def changed(online, reason):
        say(online=online)
        if online:
            ups.append(1)
            if len(ups) == 2:
                done.set()

    session = Session(client(options), TOPIC, Backoff(lambda n: n - 1, 50, 200), changed)
    task = asyncio.create_task(session.run())
    await done.wait()
    task.cancel()


async def silence(options):
    c = client(options)
    await c.connect()
    say(connected=True)
    started = compat.ticks_ms()
    reason = await c.wait_closed()
    say(ms=compat.ticks_diff(compat.ticks_ms(), started), reason=type(reason).__name__)


async def hostile(options):
    """Connect `times` times; whatever the other end does, each must end within a second and deliver nothing."""
    got, slowest, ended = [], 0, 0
    for _ in range(options["times"]):
        started = compat.ticks_ms()
        c = client(options, lambda topic, payload: got.append(topic))
        try:
            await c.connect(900)
            await asyncio.wait_for(c.wait_closed(), 0.9)
        except (LinkError, MqttError, asyncio.TimeoutError):  # noqa: UP041 two classes on MicroPython
            pass
        c.abort()
        ended += 1
        slowest = max(slowest, compat.ticks_diff(compat.ticks_ms(), started))
    say(ended=ended, delivered=len(got), slowest_ms=slowest)


async def flooded(options):
    """A second beside a broker that never stops sending: the longest gap of a 10 ms ticker."""
    got, longest = [], 0
    c = client(options, lambda topic, payload: got.append(1))
    await c.connect()
    started = before = compat.ticks_ms()
    while compat.ticks_diff(before, started) < 1000:
        await compat.sleep_ms(10)
        now = compat.ticks_ms()
        longest, before = max(longest, compat.ticks_diff(now, before)), now
    c.abort()
    say(delivered=len(got), gap_ms=longest)


async def main(task, options):
    try:
        await task(options)
    except LinkError as error:
        say(error="link", reason=error.reason, detail=error.detail)
    except MqttError as error:
        say(error=type(error).__name__, detail=str(error))


TASKS = {
    "exchange": exchange,
    "reconnect": reconnect,
    "silence": silence,
    "hostile": hostile,
    "flooded": flooded,
}
asyncio.run(main(TASKS[sys.argv[1]], json.loads(sys.argv[2])))
